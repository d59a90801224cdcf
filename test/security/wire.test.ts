import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startLab, type Lab } from '../support/lab.ts';
import { doubled, expectRefused, LIST, NOTHING, withHeader, without } from '../support/refused.ts';
import { send, type WireRequest } from '../support/wire-client.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
afterAll(() => lab?.stop());

const withBody = async (body: string | Buffer, path = LIST): Promise<WireRequest> =>
  lab.wire.sign(path, Buffer.from(body), await lab.wire.grant());
const list = (bytes: number): string => `{"drafts":["${'x'.repeat(bytes)}"]}`;

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
