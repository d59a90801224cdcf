import { describe, expect, test } from '@jest/globals';
import { sha256Hex } from '@narrow-deputies/signing';
import { SERVERS } from './servers.ts';

const accepted = [202, ''] as const;

describe.each(SERVERS)('the refusal reports of $name', ({ network, newClient }) => {
  const { answer, CALL, expectSigned, grantReply, useMockedNetwork } = network;
  const refusal = {
    tool: 'plan_something',
    code: 'invalid_arguments',
    pointers: ['/name'],
    arguments: { name: '../SECRET' },
    call: CALL,
  } as const;

  useMockedNetwork();

  test('name places and a digest of the arguments, never the arguments', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer('/v1/refusals', accepted);
    await newClient().report(refusal);
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      tool: 'plan_something',
      code: 'invalid_arguments',
      pointers: ['/name'],
      argumentsDigest: `sha-256:${sha256Hex('{"name":"../SECRET"}')}`,
    });
    expectSigned(sent[0]);
  });

  test('are dropped, not queued, when many come at once, and bound what they name', async () => {
    answer('/oauth/token', grantReply());
    const many = Array.from({ length: 20 }, () => accepted);
    const sent = answer('/v1/refusals', ...many);
    const { report } = newClient();
    const pointers = Array.from({ length: 40 }, () => 'x'.repeat(900));
    await Promise.all(many.map(() => report({ ...refusal, pointers, arguments: {} })));
    expect(sent).toHaveLength(4);
    const named = (JSON.parse(sent[0]?.body ?? '') as { pointers: string[] }).pointers;
    expect(named).toEqual(Array.from({ length: 16 }, () => 'x'.repeat(200)));
  });

  test('reach the backend even where the arguments have no canonical form', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer('/v1/refusals', accepted);
    await newClient().report({ ...refusal, pointers: [], arguments: { name: '\uD800' } });
    expect(sent).toHaveLength(1);
  });

  test('reach it although the host has cancelled the call', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer('/v1/refusals', accepted);
    await newClient().report({ ...refusal, call: { ...CALL, signal: AbortSignal.abort() } });
    expect(sent).toHaveLength(1);
  });
});
