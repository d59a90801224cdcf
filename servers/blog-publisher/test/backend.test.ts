import { describe, expect, test } from '@jest/globals';
import { Refusal } from '@narrow-deputies/server-kit';
import { sha256Hex } from '@narrow-deputies/signing';
import nock from 'nock';
import * as z from 'zod';
import { createRefusalReports } from '../src/refusal-reports.ts';
import { receipt, PLAN_ID } from './answers.ts';
import {
  answer,
  BACKEND,
  CALL,
  expectSigned,
  grantReply,
  KEYID,
  newBackend,
  problemReply,
  useMockedNetwork,
} from './support.ts';

const COMMIT = '/v1/blog/commit_publish_draft';
const ok = [200, receipt] as const;
const commit = (backend = newBackend()): Promise<unknown> => backend.commitPublishDraft({ planId: PLAN_ID }, CALL);
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  return error instanceof Refusal ? error.problem.code : `no refusal: ${String(error)}`;
};

const part = (jwt: string, index: number): unknown =>
  JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString());

useMockedNetwork();

describe('the grant', () => {
  test('is asked for with a client assertion, form-encoded, for all scopes of this run', async () => {
    const token = answer('/oauth/token', grantReply());
    answer(COMMIT, ok);
    await commit();
    const form = Object.fromEntries(new URLSearchParams(token[0]?.body));
    expect(form).toEqual({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: expect.any(String),
      run_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const assertion = form['client_assertion'] ?? '';
    expect(part(assertion, 0)).toEqual({ alg: 'EdDSA', kid: KEYID });
    expect(part(assertion, 1)).toMatchObject({
      iss: 'blog-publisher',
      sub: 'blog-publisher',
      aud: `${BACKEND}/development`,
    });
  });

  test('is fetched once for calls that come together and kept for later ones', async () => {
    const token = answer('/oauth/token', grantReply());
    answer(COMMIT, ok, ok, ok);
    const backend = newBackend();
    await Promise.all([commit(backend), commit(backend)]);
    await commit(backend);
    expect(token).toHaveLength(1);
  });

  test('is fetched anew 30 seconds before it ends', async () => {
    const short = [200, { access_token: 'grant-short', token_type: 'Bearer', expires_in: 30 }] as const;
    const token = answer('/oauth/token', short, short);
    answer(COMMIT, ok, ok);
    const backend = newBackend();
    await commit(backend);
    await commit(backend);
    expect(token).toHaveLength(2);
  });

  test('names one run per process', async () => {
    const token = answer('/oauth/token', grantReply(), grantReply());
    answer(COMMIT, problemReply('signature_expired'), ok);
    await commit();
    const runs = token.map(({ body }) => new URLSearchParams(body).get('run_id'));
    expect(new Set(runs).size).toBe(1);
  });

  test.each([
    [[401, { error: 'invalid_client', code: 'unauthenticated', auditId: 'a-9' }], 'unauthenticated'],
    [[403, { error: 'invalid_client', code: 'suspended', auditId: 'a-9' }], 'suspended'],
    [[400, { error: 'invalid_client' }], 'unauthenticated'],
    [[503, 'down'], 'unavailable'],
    [[200, { access_token: 7 }], 'unavailable'],
  ] as const)('that is refused with %j becomes a problem and nothing is sent', async (reply, code) => {
    answer('/oauth/token', reply);
    expect(await codeOf(commit())).toBe(code);
    expect(nock.pendingMocks()).toEqual([]);
  });

  test('is asked for once more with the time of the backend where the clocks differ', async () => {
    const ahead = new Date(Date.now() + 600_000).toUTCString();
    const refused = [401, { error: 'invalid_client', code: 'unauthenticated' }, { date: ahead }] as const;
    const token = answer('/oauth/token', refused, grantReply({ date: ahead }));
    const sent = answer(COMMIT, ok);
    await commit();
    const [first, second] = token.map(
      ({ body }) =>
        z.object({ iat: z.int() }).parse(part(new URLSearchParams(body).get('client_assertion') ?? '', 1)).iat,
    );
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(590);
    const created = Number(/created=(\d+)/.exec(sent[0]?.headers['signature-input'] ?? '')?.[1]);
    expect(created - Math.floor(Date.now() / 1000)).toBeGreaterThan(590);
  });
});

describe('one operation', () => {
  test('is tried once more after signature_expired, with a new grant and nonce and the same idempotency key', async () => {
    const token = answer('/oauth/token', grantReply(), grantReply());
    const sent = answer(COMMIT, problemReply('signature_expired'), ok);
    expect(await commit()).toEqual(receipt);
    expect(token).toHaveLength(2);
    const [first, second] = sent;
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
    expect(second?.headers['signature-input']).not.toBe(first?.headers['signature-input']);
    expectSigned(second);
  });

  test('is not tried a third time', async () => {
    answer('/oauth/token', grantReply(), grantReply());
    const sent = answer(COMMIT, problemReply('signature_expired'), problemReply('signature_expired'));
    expect(await codeOf(commit())).toBe('signature_expired');
    expect(sent).toHaveLength(2);
  });

  test('is tried once more after a network failure, with the same idempotency key and a new nonce', async () => {
    answer('/oauth/token', grantReply());
    const keys: (string | null)[] = [];
    const inputs: (string | null)[] = [];
    for (const fails of [true, false]) {
      const scope = nock(BACKEND)
        .matchHeader('idempotency-key', (value) => keys.push(value) > 0)
        .matchHeader('signature-input', (value) => inputs.push(value) > 0)
        .post(COMMIT);
      if (fails) scope.replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
      else scope.reply(200, JSON.stringify(receipt), { 'content-type': 'application/json' });
    }
    expect(await commit()).toEqual(receipt);
    expect(new Set(keys).size).toBe(1);
    expect(new Set(inputs).size).toBe(2);
  });

  test('fetches a new grant where the cached one is no longer taken, but does not doubt a fresh one', async () => {
    const token = answer('/oauth/token', grantReply(), grantReply());
    const sent = answer(COMMIT, ok, problemReply('unauthenticated'), problemReply('unauthenticated'));
    const backend = newBackend();
    await commit(backend);
    expect(await codeOf(commit(backend))).toBe('unauthenticated');
    expect([token.length, sent.length]).toEqual([2, 3]);
  });

  test('reads no more than a mebibyte', async () => {
    answer('/oauth/token', grantReply());
    answer(COMMIT, [200, ' '.repeat(1024 * 1024 + 1)]);
    expect(await codeOf(commit())).toBe('unavailable');
  });

  test('follows no redirect and takes no other media type', async () => {
    answer('/oauth/token', grantReply());
    answer(COMMIT, [307, '', { location: 'http://127.0.0.1:4180/elsewhere' }]);
    expect(await codeOf(commit())).toBe('unavailable');
    answer('/oauth/token', grantReply());
    answer(COMMIT, [200, receipt, { 'content-type': 'text/html' }]);
    expect(await codeOf(commit())).toBe('unavailable');
  });

  test('says with its request for a grant where it runs and which host speaks to it', async () => {
    const token = answer('/oauth/token', grantReply());
    const sent = answer(COMMIT, ok);
    const client = { name: 'Some host\r\n'.padEnd(200, 'x'), version: '1.0 (beta)' };
    await newBackend().commitPublishDraft({ planId: PLAN_ID }, { ...CALL, client });
    const claims = part(new URLSearchParams(token[0]?.body ?? '').get('client_assertion') ?? '', 1);
    expect(claims).toMatchObject({
      host: {
        user: expect.any(String),
        hostname: expect.any(String),
        mcpClient: client.name.slice(0, 100),
        mcpVersion: '1.0 (beta)',
      },
    });
    expect(sent[0]?.headers['user-agent']).toBe('blog-publisher/0.1.0');
  });
});

describe('refusal reports', () => {
  test('name places and a digest of the arguments, never the arguments', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer('/v1/refusals', [202, '']);
    const report = createRefusalReports(newBackend());
    const given = { filename: '../SECRET' };
    await report({
      tool: 'plan_publish_draft',
      code: 'invalid_arguments',
      pointers: ['/filename'],
      arguments: given,
      call: CALL,
    });
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      tool: 'plan_publish_draft',
      code: 'invalid_arguments',
      pointers: ['/filename'],
      argumentsDigest: `sha-256:${sha256Hex('{"filename":"../SECRET"}')}`,
    });
    expectSigned(sent[0]);
  });

  test('are dropped, not queued, when many come at once', async () => {
    answer('/oauth/token', grantReply());
    const accepted = Array.from({ length: 20 }, () => [202, ''] as const);
    const sent = answer('/v1/refusals', ...accepted);
    const report = createRefusalReports(newBackend());
    const one = {
      tool: 'plan_publish_draft',
      code: 'invalid_arguments',
      pointers: ['x'.repeat(900)],
      arguments: {},
      call: CALL,
    } as const;
    await Promise.all(accepted.map(() => report(one)));
    expect(sent).toHaveLength(4);
  });

  test('reach the backend even where the arguments have no canonical form', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer('/v1/refusals', [202, '']);
    const given = { filename: '\uD800' };
    await createRefusalReports(newBackend())({
      tool: 'plan_publish_draft',
      code: 'invalid_arguments',
      pointers: [],
      arguments: given,
      call: CALL,
    });
    expect(sent).toHaveLength(1);
  });
});
