import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateSeed, keyThumbprint, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import fc from 'fast-check';
import { startLab, type Lab } from '../support/lab.ts';
import { expectRefused, LIST, NOTHING, now, withHeader } from '../support/refused.ts';
import { send } from '../support/wire-client.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
afterAll(() => lab?.stop());

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
