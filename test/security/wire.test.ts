import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { generateSeed, keyThumbprint, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import fc from 'fast-check';
import { SignJWT, generateKeyPair } from 'jose';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { send, type WireRequest } from '../support/wire-client.ts';

const LIST = '/v1/blog/list_drafts';
const PLAN = '/v1/blog/plan_publish_draft';
const NOTHING: JsonObject = { drafts: [] };

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
afterAll(() => lab?.stop());

const without = (request: WireRequest, name: string): WireRequest => ({
  ...request,
  headers: request.headers.filter(([header]) => header !== name),
});
const doubled = (request: WireRequest, name: string): WireRequest => ({
  ...request,
  headers: request.headers.flatMap((header) => (header[0] === name ? [header, header] : [header])),
});
const withHeader = (request: WireRequest, name: string, value: string): WireRequest => ({
  ...request,
  headers: [...request.headers.filter(([header]) => header !== name), [name, value]],
});
const withBody = async (body: string | Buffer, path = LIST): Promise<WireRequest> =>
  lab.wire.sign(path, Buffer.from(body), await lab.wire.grant());
const now = (): number => Math.floor(Date.now() / 1000);

const list = (bytes: number): string => `{"drafts":["${'x'.repeat(bytes)}"]}`;
const details = (identifier: string): string =>
  JSON.stringify([{ type: 'article', identifier, actions: ['plan_publish_draft'] }]);

/** A refusal is a problem of the closed shape that says what would be accepted and leaks nothing internal. */
async function expectRefused(request: WireRequest, status: number, code: string): Promise<JsonObject> {
  const reply = await send(request);
  expect({ status: reply.status, code: reply.json['code'] }).toEqual({ status, code });
  expect(reply.headers['content-type']).toBe('application/problem+json');
  expect(reply.json).toMatchObject({ title: expect.any(String), detail: expect.any(String), status });
  expect(typeof reply.json['auditId']).toBe('string');
  expect(reply.text).not.toMatch(/node_modules|\.ts:|\/work\/|at .*\(|SQLITE/);
  return reply.json;
}

describe('headers', () => {
  const REQUIRED = ['content-type', 'content-digest', 'idempotency-key', 'traceparent', 'signature-input', 'signature'];

  test.each(REQUIRED)('a missing %s is malformed_request [wire.headers]', async (name) => {
    await expectRefused(without(await lab.wire.operation(LIST, NOTHING), name), 400, 'malformed_request');
  });

  test.each([...REQUIRED, 'authorization'])('a doubled %s is malformed_request [wire.headers]', async (name) => {
    await expectRefused(doubled(await lab.wire.operation(LIST, NOTHING), name), 400, 'malformed_request');
  });

  test('a missing authorization is unauthenticated, with a challenge [wire.unauthenticated]', async () => {
    const request = without(await lab.wire.operation(LIST, NOTHING), 'authorization');
    const reply = await send(request);
    expect(reply).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
    expect(reply.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  test.each(['text/plain', 'application/json; charset=utf-8', 'Application/JSON'])(
    'content type %s is unsupported [wire.media-type]',
    async (type) => {
      const request = withHeader(await lab.wire.operation(LIST, NOTHING), 'content-type', type);
      await expectRefused(request, 415, 'unsupported_media_type');
    },
  );

  test('a content encoding is unsupported [wire.media-type]', async () => {
    const request = withHeader(await lab.wire.operation(LIST, NOTHING), 'content-encoding', 'gzip');
    await expectRefused(request, 415, 'unsupported_media_type');
  });

  test('a query is malformed_request', async () => {
    const request = await lab.wire.operation(`${LIST}?x=1`, NOTHING);
    await expectRefused(request, 400, 'malformed_request');
  });
});

describe('addresses', () => {
  test.each(['evil.example', 'localhost', '127.0.0.1', 'localhost:1', '127.0.0.1.nip.example'])(
    'the host %s is refused, whatever is signed [wire.headers]',
    async (host) => {
      const request = await lab.wire.operation(LIST, NOTHING);
      await expectRefused(withHeader(request, 'host', host), 400, 'malformed_request');
    },
  );

  test.each(['https://evil.example', 'null', 'http://localhost:4181'])(
    'the origin %s is refused: no page calls this [wire.headers]',
    async (origin) => {
      await expectRefused(
        withHeader(await lab.wire.operation(LIST, NOTHING), 'origin', origin),
        400,
        'malformed_request',
      );
    },
  );
});

describe('bodies', () => {
  test.each([
    ['duplicate keys', '{"drafts":[],"drafts":[]}'],
    ['white space', '{ "drafts":[]}'],
    ['an escape that is not needed', '{"dr\\u0061fts":[]}'],
    ['trailing bytes', '{"drafts":[]}\n'],
    ['another number form', '{"drafts":[],"n":1.0}'],
    ['a forbidden key', '{"__proto__":{},"drafts":[]}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['keys out of order', '{"x":1,"drafts":[]}'],
  ])('%s: not_canonical [wire.canonical]', async (_what, body) => {
    await expectRefused(await withBody(body), 400, 'not_canonical');
  });

  test('nesting beyond the bound is refused before it is parsed [wire.depth]', async () => {
    await expectRefused(await withBody(`{"drafts":${'['.repeat(40)}${']'.repeat(40)}}`), 400, 'malformed_request');
  });

  test('a body above its contract is request_too_large, whether or not it reaches the parser [wire.size]', async () => {
    await expectRefused(await withBody(list(64 * 1024)), 413, 'request_too_large');
    await expectRefused(await withBody(list(4 * 1024 * 1024)), 413, 'request_too_large');
  });

  test('unknown arguments are refused by name, never dropped [wire.arguments, law.unclear-denied]', async () => {
    const problem = await expectRefused(
      await lab.wire.operation(LIST, { drafts: [], extra: 1 }),
      422,
      'invalid_arguments',
    );
    expect(JSON.stringify(problem['errors'])).toContain('extra');
  });
});

describe('signatures', () => {
  test('any single altered byte of body or covered header is refused [wire.signature]', async () => {
    const grant = await lab.wire.grant();
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const request = lab.wire.sign(LIST, Buffer.from('{"drafts":[]}'), grant);
        const index = at % request.body.byteLength;
        request.body[index] = (request.body[index] ?? 0) ^ flip;
        const reply = await send(request);
        expect(reply.status).toBeGreaterThanOrEqual(400);
        expect(reply.status).toBeLessThan(500);
      }),
      { numRuns: 40 },
    );
    for (const name of ['content-digest', 'idempotency-key', 'traceparent', 'signature']) {
      const request = lab.wire.sign(LIST, Buffer.from('{"drafts":[]}'), grant);
      const value = request.headers.find(([header]) => header === name)?.[1] ?? '';
      const at = Math.floor(value.length / 2);
      const other = value[at] === 'a' ? 'b' : 'a';
      const reply = await send(withHeader(request, name, value.slice(0, at) + other + value.slice(at + 1)));
      expect([name, [400, 401].includes(reply.status)]).toEqual([name, true]);
    }
  });

  test('a signature by another key is signature_invalid [wire.signature]', async () => {
    const key = privateKeyFromSeed(generateSeed());
    await expectRefused(await lab.wire.operation(LIST, NOTHING, { key }), 401, 'signature_invalid');
    const keyid = keyThumbprint(publicJwk(key));
    const request = await lab.wire.operation(LIST, NOTHING, { key, signature: { keyid } });
    await expectRefused(request, 401, 'signature_invalid');
  });

  test('the signed origin is the public one, never the host header [wire.target-uri]', async () => {
    const signedUri = `http://evil.example${LIST}`;
    const request = await lab.wire.operation(LIST, NOTHING, { signedUri });
    await expectRefused(request, 401, 'signature_invalid');
  });

  test.each([
    ['expired', () => ({ created: now() - 60, expires: now() - 10 }), 'signature_expired'],
    ['created in the future', () => ({ created: now() + 30, expires: now() + 60 }), 'signature_invalid'],
    ['longer than a minute', () => ({ created: now(), expires: now() + 61 }), 'signature_invalid'],
    ['ending before it begins', () => ({ created: now(), expires: now() }), 'signature_invalid'],
  ])('%s: refused [wire.signature-time]', async (_what, signature, code) => {
    await expectRefused(await lab.wire.operation(LIST, NOTHING, { signature: signature() }), 401, code);
  });

  test('a person key opens no operation, and a token opens nothing of people [approval.person]', async () => {
    const person = lab.people.owner;
    const request = await lab.wire.operation(LIST, NOTHING, { key: person.key, signature: { keyid: person.keyid } });
    await expectRefused(request, 401, 'signature_invalid');
    await expectRefused(await lab.wire.operation('/people/list_plans', {}), 401, 'signature_invalid');
  });
});

describe('grants', () => {
  test('a grant signed by anybody else is unauthenticated [wire.unauthenticated]', async () => {
    const { privateKey } = await generateKeyPair('EdDSA');
    const grant = await new SignJWT({
      scope: 'blog:list_drafts',
      client_id: 'blog-publisher',
      cnf: { jkt: lab.wire.keyid },
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'x'.repeat(43) })
      .setIssuer(lab.wire.issuer)
      .setAudience(lab.wire.issuer)
      .setExpirationTime('5m')
      .sign(privateKey);
    await expectRefused(await lab.wire.operation(LIST, NOTHING, { grant }), 401, 'unauthenticated');
  });

  test.each(['iss', 'aud'])(
    'a grant whose %s is another issuer is wrong_environment, before its signature counts [grant.environment]',
    async (claim) => {
      const { privateKey } = await generateKeyPair('EdDSA');
      const other = `${lab.wire.backendUrl}/production`;
      const grant = await new SignJWT({})
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'x'.repeat(43) })
        .setIssuer(claim === 'iss' ? other : lab.wire.issuer)
        .setAudience(claim === 'aud' ? other : lab.wire.issuer)
        .sign(privateKey);
      await expectRefused(await lab.wire.operation(LIST, NOTHING, { grant }), 401, 'wrong_environment');
    },
  );

  test('a narrower grant does not reach the rest of its token [grant.scope, law.narrowing]', async () => {
    const grant = await lab.wire.grant({ scope: 'blog:list_drafts' });
    expect((await send(await lab.wire.operation(LIST, NOTHING, { grant }))).status).toBe(200);
    const plan = await lab.wire.operation(PLAN, { filename: 'a.md', content: draft('A') }, { grant });
    await expectRefused(plan, 403, 'insufficient_scope');
  });

  test('a grant narrowed to a task reaches only its tools and resource [grant.task]', async () => {
    const args = { filename: 'task-draft.md', content: draft('Task') };
    const fits = await lab.wire.grant({ authorization_details: details('task-draft') });
    const other = await lab.wire.grant({ authorization_details: details('other') });
    await expectRefused(await lab.wire.operation(LIST, NOTHING, { grant: fits }), 403, 'task_mismatch');
    await expectRefused(await lab.wire.operation(PLAN, args, { grant: other }), 403, 'task_mismatch');
    expect((await send(await lab.wire.operation(PLAN, args, { grant: fits }))).status).toBe(200);
  });

  test.each([
    ['a wider scope', { scope: 'blog:list_drafts crm:search_customers' }, 400, 'invalid_scope'],
    [
      'an unknown detail type',
      { authorization_details: '[{"type":"planet","identifier":"1","actions":["list_drafts"]}]' },
      400,
      'invalid_authorization_details',
    ],
    ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no assertion', { client_assertion: '' }, 401, 'invalid_client'],
    ['a run id that is none', { run_id: 'run' }, 400, 'invalid_request'],
  ])('the token endpoint refuses %s [grant.errors]', async (_what, fields, status, error) => {
    const reply = await send(lab.wire.tokenRequest(fields));
    expect(reply.status).toBe(status);
    expect(reply.json).toMatchObject({ error, code: expect.any(String), auditId: expect.any(String) });
  });

  test('an assertion works once [grant.assertion]', async () => {
    const request = lab.wire.tokenRequest();
    expect((await send(request)).status).toBe(200);
    expect((await send(request)).json).toMatchObject({ error: 'invalid_client', code: 'replayed' });
  });

  test('an assertion for another issuer is wrong_environment [grant.environment]', async () => {
    const client_assertion = lab.wire.assertion(now(), `${lab.wire.backendUrl}/production`);
    expect((await send(lab.wire.tokenRequest({ client_assertion }))).json['code']).toBe('wrong_environment');
  });

  test('a repeated field is invalid_request [grant.errors]', async () => {
    const request = lab.wire.tokenRequest();
    request.body = Buffer.concat([request.body, Buffer.from('&grant_type=client_credentials')]);
    expect((await send(request)).json['error']).toBe('invalid_request');
  });
});

describe('what is not there', () => {
  test.each([
    '/v1/blog/delete_everything',
    '/v1/crm/search_customers',
    '/v2/blog/list_drafts',
    '/people/become_owner',
    '/admin',
  ])('%s is not_found, before identity [wire.not-found, law.unclear-denied]', async (path) => {
    await expectRefused(
      { method: 'POST', url: lab.wire.backendUrl + path, headers: [], body: Buffer.alloc(0) },
      404,
      'not_found',
    );
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s on an operation is not_found [wire.not-found]', async (method) => {
    await expectRefused({ ...(await lab.wire.operation(LIST, NOTHING)), method }, 404, 'not_found');
  });

  test('another client’s plan and no plan at all are told apart by nobody [plan.foreign]', async () => {
    const planId = randomUUID();
    const problem = await expectRefused(
      await lab.wire.operation('/v1/blog/commit_publish_draft', { planId }),
      404,
      'not_found',
    );
    expect(problem['detail']).not.toContain(planId);
  });

  test('a plan is not committed by another tool [plan.kind]', async () => {
    const { json } = await lab.wire.call(PLAN, { filename: 'kind.md', content: draft('Kind') });
    const planId = String(json['planId']);
    await expectRefused(
      await lab.wire.operation('/v1/blog/commit_unpublish_article', { planId }),
      409,
      'plan_kind_mismatch',
    );
  });
});

describe('what remains of refusals', () => {
  test('refusals before a signature are counted, not written one by one [law.noise-counted]', async () => {
    const before = (await lab.entries()).length;
    const request = withHeader(await lab.wire.operation(LIST, NOTHING), 'signature', 'sig=:AAAA:');
    const replies = await Promise.all(Array.from({ length: 50 }, () => send(request)));
    const ids = new Set(replies.map((reply) => reply.json['auditId']));
    expect(ids.size).toBeLessThanOrEqual(2);
    expect((await lab.entries()).length).toBe(before);
    const listed = await lab.people.owner.call('list_audit', { limit: 1000 });
    const found = (listed.json['entries'] as JsonObject[]).filter((entry) => ids.has(entry['auditId'] ?? null));
    expect(found.length).toBe(ids.size);
  });

  test('a refusal of a known caller is one entry, and changes nothing [law.denials-recorded, wire.public-answers]', async () => {
    const before = await lab.entries();
    const reply = await lab.wire.call('/v1/blog/plan_unpublish_article', { slug: 'no-such-article' });
    const after = await lab.entries();
    expect(reply.json['code']).toBe('not_found');
    expect(after.length).toBe(before.length + 1);
    expect(after.at(-1)).toMatchObject({
      auditId: reply.json['auditId'],
      tool: 'plan_unpublish_article',
      client: 'blog-publisher',
      outcome: 'refused',
      decision: 'deny',
      code: 'not_found',
    });
  });

  test('a report of a server is recorded as its own word [law.denials-recorded]', async () => {
    const report = {
      tool: 'plan_publish_draft',
      code: 'invalid_arguments',
      pointers: ['/filename'],
      argumentsDigest: `sha-256:${'0'.repeat(64)}`,
    };
    const reply = await lab.wire.call('/v1/refusals', report);
    expect(reply.status).toBe(202);
    expect((await lab.entries()).at(-1)).toMatchObject({
      kind: 'report',
      rules: ['self-reported'],
      tool: 'plan_publish_draft',
      code: 'invalid_arguments',
    });
  });
});
