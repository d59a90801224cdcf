import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { codeOf, part } from './reading.ts';
import { SERVERS } from './servers.ts';

describe.each(SERVERS)('the grant of $name', ({ name, path, answer: receipt, network, newClient }) => {
  const { answer, BACKEND, grantReply, KEYID, problemReply, useMockedNetwork } = network;
  const ok = [200, receipt] as const;

  useMockedNetwork();

  test('is asked for with a client assertion, form-encoded, for all scopes of this run', async () => {
    const token = answer('/oauth/token', grantReply());
    answer(path, ok);
    await newClient().commit();
    const form = Object.fromEntries(new URLSearchParams(token[0]?.body));
    expect(token[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(form).toEqual({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: expect.any(String),
      run_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const assertion = form['client_assertion'] ?? '';
    expect(part(assertion, 0)).toEqual({ alg: 'EdDSA', kid: KEYID });
    expect(part(assertion, 1)).toMatchObject({ iss: name, sub: name, aud: `${BACKEND}/development` });
  });

  test('is fetched once for calls that come together and kept for later ones', async () => {
    const token = answer('/oauth/token', grantReply());
    answer(path, ok, ok, ok);
    const client = newClient();
    await Promise.all([client.commit(), client.commit()]);
    await client.commit();
    expect(token).toHaveLength(1);
  });

  test('is fetched anew 30 seconds before it ends', async () => {
    const short = [200, { access_token: 'grant-short', token_type: 'Bearer', expires_in: 30 }] as const;
    const token = answer('/oauth/token', short, short);
    answer(path, ok, ok);
    const client = newClient();
    await client.commit();
    await client.commit();
    expect(token).toHaveLength(2);
  });

  test('names one run per process', async () => {
    const token = answer('/oauth/token', grantReply(), grantReply());
    answer(path, problemReply('signature_expired'), ok);
    await newClient().commit();
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
    const sent = answer(path, ok);
    expect(await codeOf(newClient().commit())).toBe(code);
    expect(sent).toEqual([]);
  });

  test('is asked for once more with the time of the backend where the clocks differ', async () => {
    const ahead = new Date(Date.now() + 600_000).toUTCString();
    const refused = [401, { error: 'invalid_client', code: 'unauthenticated' }, { date: ahead }] as const;
    const token = answer('/oauth/token', refused, grantReply({ date: ahead }));
    const sent = answer(path, ok);
    await newClient().commit();
    const [first, second] = token.map(
      ({ body }) =>
        z.object({ iat: z.int() }).parse(part(new URLSearchParams(body).get('client_assertion') ?? '', 1)).iat,
    );
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(590);
    const created = Number(/created=(\d+)/.exec(sent[0]?.headers['signature-input'] ?? '')?.[1]);
    expect(created - Math.floor(Date.now() / 1000)).toBeGreaterThan(590);
  });
});
