import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { send, type WireReply, type WireRequest } from '../support/wire-client.ts';
import { compileSchema } from './json-schema.ts';
import { at, get, keys } from './openapi-document.ts';

let lab: Lab;
let openapi: JsonObject;

beforeAll(async () => {
  lab = await startLab();
  openapi = (await get(lab, '/openapi.json')).json;
});
afterAll(() => lab.stop());

/** Faults of an answer, held against what the document says of its path. */
function undocumented(path: string, answer: WireReply): string[] {
  const response = at(openapi, 'paths', path, 'post', 'responses', String(answer.status));
  const type = String(answer.headers['content-type']);
  const media = at(response, 'content', type);
  if (media['schema'] === undefined) return [`${path}: ${answer.status} ${type} is not described`];
  const standard = ['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'pragma'];
  const safety = ['x-content-type-options', 'content-security-policy', 'referrer-policy'];
  const described = [...keys(response['headers']), 'content-type', ...standard, ...safety];
  return [
    ...Object.keys(answer.headers).filter((name) => !described.includes(name)),
    ...compileSchema(openapi, media['schema'])(answer.json),
  ];
}

const LIST = '/v1/blog/list_drafts';
const PLAN = '/v1/blog/plan_publish_draft';
const COMMIT = '/v1/blog/commit_publish_draft';
const args = (): JsonObject => ({ filename: 'new.md', content: draft('New') });

const changed = async (path: string, body: JsonObject, change: (request: WireRequest) => void): Promise<WireReply> => {
  const request = await lab.wire.operation(path, body);
  change(request);
  return send(request);
};

describe('what the backend really answers', () => {
  test.each<[string, string, () => Promise<WireReply>, number]>([
    ['a read', LIST, () => lab.wire.call(LIST, { drafts: [] }), 200],
    ['a plan', PLAN, () => lab.wire.call(PLAN, args()), 200],
    ['bad arguments', PLAN, () => lab.wire.call(PLAN, { ...args(), more: 1 }), 422],
    ['no such plan', COMMIT, () => lab.wire.call(COMMIT, { planId: '2f1c6a52-8f0e-4c3b-9d57-6a1b0e4f7c21' }), 404],
    [
      'a plan that waits',
      COMMIT,
      async () => lab.wire.call(COMMIT, { planId: String((await lab.wire.call(PLAN, args())).json['planId']) }),
      403,
    ],
    [
      'no grant',
      LIST,
      () =>
        changed(LIST, { drafts: [] }, (request) => {
          request.headers = request.headers.filter(([name]) => name !== 'authorization');
        }),
      401,
    ],
    [
      'a body that is not canonical',
      LIST,
      () =>
        changed(LIST, { drafts: [] }, (request) => {
          request.body = Buffer.from('{ "drafts": [] }');
        }),
      400,
    ],
    [
      'another media type',
      LIST,
      () =>
        changed(LIST, { drafts: [] }, (request) => {
          request.headers = request.headers.map(([name, value]) => [
            name,
            name === 'content-type' ? 'text/plain' : value,
          ]);
        }),
      415,
    ],
    ['a body that is too large', COMMIT, () => changed(COMMIT, { planId: 'x'.repeat(5000) }, () => undefined), 413],
    ['a grant', '/oauth/token', () => send(lab.wire.tokenRequest()), 200],
    ['a grant that is too wide', '/oauth/token', () => send(lab.wire.tokenRequest({ scope: 'blog:everything' })), 400],
    ['a grant for nobody', '/oauth/token', () => send(lab.wire.tokenRequest({ client_assertion: 'a.b.c' })), 401],
    [
      'a report',
      '/v1/refusals',
      () =>
        lab.wire.call('/v1/refusals', {
          tool: 'plan_publish_draft',
          code: 'invalid_arguments',
          pointers: ['/filename'],
          argumentsDigest: `sha-256:${'0'.repeat(64)}`,
        }),
      202,
    ],
    ['a report that is none', '/v1/refusals', () => lab.wire.call('/v1/refusals', {}), 422],
  ])('%s is answered as described', async (_name, path, call, status) => {
    const answer = await call();
    expect(answer.status).toBe(status);
    expect(undocumented(path, answer)).toEqual([]);
  });

  test('the fields of a token request are those that the endpoint names', async () => {
    const { json } = await send(lab.wire.tokenRequest({ unknown: 'x' }));
    const named = /^The fields are (.*)\.$/.exec(String(json['error_description']))?.[1] ?? '';
    expect(named.split(', ').toSorted()).toEqual(
      keys(at(openapi, 'components', 'schemas', 'token_request', 'properties')).toSorted(),
    );
  });
});
