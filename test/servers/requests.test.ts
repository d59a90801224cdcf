import { describe, expect, test } from '@jest/globals';
import { codeOf, part } from './reading.ts';
import { PLAN_ID, SERVERS } from './servers.ts';

describe.each(SERVERS)('one operation of $name', ({ name, path, answer: receipt, network, newClient }) => {
  const { answer, CALL, cutOff, expectSigned, grantReply, problemReply, useMockedNetwork } = network;
  const ok = [200, receipt] as const;

  useMockedNetwork();

  test('is one signed request with its arguments in canonical form', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(path, ok);
    expect(await newClient().commit()).toEqual(receipt);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ path, body: `{"planId":"${PLAN_ID}"}` });
    expectSigned(sent[0]);
  });

  test('is tried once more after signature_expired, with a new grant and nonce and the same idempotency key', async () => {
    const token = answer('/oauth/token', grantReply(), grantReply());
    const sent = answer(path, problemReply('signature_expired'), ok);
    expect(await newClient().commit()).toEqual(receipt);
    expect(token).toHaveLength(2);
    const [first, second] = sent;
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
    expect(second?.headers['signature-input']).not.toBe(first?.headers['signature-input']);
    expectSigned(second);
  });

  test('is not tried a third time', async () => {
    answer('/oauth/token', grantReply(), grantReply());
    const sent = answer(path, problemReply('signature_expired'), problemReply('signature_expired'));
    expect(await codeOf(newClient().commit())).toBe('signature_expired');
    expect(sent).toHaveLength(2);
  });

  test('is tried once more after a network failure, with the same idempotency key and a new nonce', async () => {
    answer('/oauth/token', grantReply());
    const cut = cutOff(path);
    const sent = answer(path, ok);
    expect(await newClient().commit()).toEqual(receipt);
    const [first, second] = [...cut, ...sent];
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
    expect(second?.headers['signature-input']).not.toBe(first?.headers['signature-input']);
    expectSigned(sent[0]);
  });

  test.each(['unavailable', 'audit_unavailable'] as const)(
    'is repeated once after %s, with the same idempotency key and a new nonce [repeat.unknown]',
    async (code) => {
      answer('/oauth/token', grantReply());
      const sent = answer(path, problemReply(code), ok);
      expect(await newClient().commit()).toEqual(receipt);
      const [first, second] = sent;
      expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
      expect(second?.headers['signature-input']).not.toBe(first?.headers['signature-input']);
      expectSigned(second);
    },
  );

  test('is not repeated a second time while the backend stays unavailable [repeat.unknown]', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(path, problemReply('unavailable'), problemReply('audit_unavailable'));
    expect(await codeOf(newClient().commit())).toBe('audit_unavailable');
    expect(sent).toHaveLength(2);
  });

  test('is unavailable after a second network failure, and says that trying again is safe', async () => {
    answer('/oauth/token', grantReply());
    const cut = [cutOff(path), cutOff(path)];
    expect(await codeOf(newClient().commit())).toBe('unavailable');
    expect(cut.map(({ length }) => length)).toEqual([1, 1]);
  });

  test('fetches a new grant where the cached one is no longer taken, but does not doubt a fresh one', async () => {
    const token = answer('/oauth/token', grantReply(), grantReply());
    const sent = answer(path, ok, problemReply('unauthenticated'), problemReply('unauthenticated'));
    const client = newClient();
    await client.commit();
    expect(await codeOf(client.commit())).toBe('unauthenticated');
    expect([token.length, sent.length]).toEqual([2, 3]);
  });

  test('reads no more than a mebibyte', async () => {
    answer('/oauth/token', grantReply());
    answer(path, [200, ' '.repeat(1024 * 1024 + 1)]);
    expect(await codeOf(newClient().commit())).toBe('unavailable');
  });

  test('follows no redirect and takes no other media type', async () => {
    answer('/oauth/token', grantReply());
    answer(path, [307, '', { location: 'http://127.0.0.1:4180/elsewhere' }]);
    expect(await codeOf(newClient().commit())).toBe('unavailable');
    answer('/oauth/token', grantReply());
    answer(path, [200, receipt, { 'content-type': 'text/html' }]);
    expect(await codeOf(newClient().commit())).toBe('unavailable');
  });

  test.each(['not json', '{}', '[]', 'null', '{"receipt":{}}'])('takes %s for no answer', async (body) => {
    answer('/oauth/token', grantReply());
    answer(path, [200, body]);
    expect(await codeOf(newClient().commit())).toBe('unavailable');
  });

  test('says with its request for a grant where it runs and which host speaks to it', async () => {
    const token = answer('/oauth/token', grantReply());
    const sent = answer(path, ok);
    const client = { name: 'Some host\r\n'.padEnd(200, 'x'), version: '1.0 (beta)' };
    await newClient().commit({ ...CALL, client });
    const claims = part(new URLSearchParams(token[0]?.body ?? '').get('client_assertion') ?? '', 1);
    expect(claims).toMatchObject({
      host: {
        user: expect.any(String),
        hostname: expect.any(String),
        mcpClient: client.name.slice(0, 100),
        mcpVersion: '1.0 (beta)',
      },
    });
    expect(sent[0]?.headers['user-agent']).toBe(`${name}/0.1.0`);
  });
});
