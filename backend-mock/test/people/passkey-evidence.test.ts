import { describe, expect, test } from '@jest/globals';
import { actText, challengeOf, type Act } from '../../src/people/passkeys/act.ts';
import {
  verifyAssertion,
  verifyPasskeyEvidence,
  type AssertionResponse,
  type PasskeyEvidence,
} from '../../src/people/passkeys/passkey-evidence.ts';
import { SoftAuthenticator, type Algorithm, type Lies } from '../support/soft-authenticator.ts';

const ORIGIN = 'http://localhost:4181';
const CHALLENGE = challengeOf('something');
const ACT: Act = {
  environment: 'production',
  action: 'approve',
  arguments: { planId: 'p1', decision: 'approve' },
  person: 'p_ann',
  nonce: 'n'.repeat(43),
};
const ALGORITHMS: readonly Algorithm[] = ['ES256', 'Ed25519'];
const LIES: readonly (readonly [string, Lies])[] = [
  ['of another origin', { origin: 'http://localhost:4999' }],
  ['of a foreign site', { origin: 'https://approve.example' }],
  ['of another relying party', { rpId: 'approve.example' }],
  ['that did not ask for its person', { userVerified: false }],
  ['that nobody touched', { userPresent: false }],
  ['that is a registration', { type: 'webauthn.create' }],
];

const evidenceOf = (text: string, { id, response }: AssertionResponse): PasskeyEvidence => ({
  act: text,
  credentialId: id,
  clientDataJSON: response.clientDataJSON,
  authenticatorData: response.authenticatorData,
  signature: response.signature,
});
const flipped = (text: string): string => {
  const bytes = Buffer.from(text, 'base64url');
  bytes[bytes.byteLength - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes.toString('base64url');
};

describe.each(ALGORITHMS)('an assertion with %s [person.passkey]', (algorithm) => {
  const passkey = new SoftAuthenticator(ORIGIN, algorithm);
  const key = { publicKey: passkey.publicKey, counter: 0 };

  test('holds, and gives its counter', async () => {
    const { counter } = passkey;
    expect(await verifyAssertion(passkey.get(CHALLENGE), CHALLENGE, ORIGIN, key)).toBe(counter + 1);
  });

  test.each(LIES)('does not hold when it is one %s', async (_what, lies) => {
    expect(await verifyAssertion(passkey.get(CHALLENGE, lies), CHALLENGE, ORIGIN, key)).toBeUndefined();
  });

  test('does not hold for another challenge or another key', async () => {
    const given = passkey.get(CHALLENGE);
    const other = new SoftAuthenticator(ORIGIN, algorithm);
    expect(await verifyAssertion(given, challengeOf('something else'), ORIGIN, key)).toBeUndefined();
    expect(await verifyAssertion(given, CHALLENGE, ORIGIN, { ...key, publicKey: other.publicKey })).toBeUndefined();
    expect(await verifyAssertion(given, CHALLENGE, ORIGIN, { ...key, publicKey: 'AAAA' })).toBeUndefined();
  });

  test.each(['clientDataJSON', 'authenticatorData', 'signature'] as const)(
    'does not hold with an altered %s',
    async (field) => {
      const given = passkey.get(CHALLENGE);
      const altered = { ...given, response: { ...given.response, [field]: flipped(given.response[field]) } };
      expect(await verifyAssertion(altered, CHALLENGE, ORIGIN, key)).toBeUndefined();
    },
  );

  test('does not hold when its counter does not go on: a copy signed meanwhile', async () => {
    const seen = { ...key, counter: 7 };
    expect(await verifyAssertion(passkey.get(CHALLENGE, { counter: 7 }), CHALLENGE, ORIGIN, seen)).toBeUndefined();
    expect(await verifyAssertion(passkey.get(CHALLENGE, { counter: 6 }), CHALLENGE, ORIGIN, seen)).toBeUndefined();
    expect(await verifyAssertion(passkey.get(CHALLENGE, { counter: 0 }), CHALLENGE, ORIGIN, seen)).toBeUndefined();
    expect(await verifyAssertion(passkey.get(CHALLENGE, { counter: 8 }), CHALLENGE, ORIGIN, seen)).toBe(8);
  });

  test('holds without a counter where the authenticator keeps none', async () => {
    expect(await verifyAssertion(passkey.get(CHALLENGE, { counter: 0 }), CHALLENGE, ORIGIN, key)).toBe(0);
  });
});

describe('a stored act [approval.reverified, person.fresh-assertion]', () => {
  const passkey = new SoftAuthenticator(ORIGIN);
  const text = actText(ACT);
  const evidence = evidenceOf(text, passkey.get(challengeOf(text)));
  const verify = (
    stored: PasskeyEvidence,
    publicKey = passkey.publicKey,
    party = 'localhost',
  ): Promise<Act | undefined> => Promise.resolve(verifyPasskeyEvidence(stored, publicKey, party));

  test('is verified again from nothing but itself and the public key, long after', async () => {
    expect(await verify(evidence)).toEqual(ACT);
    const onAnotherPort = new SoftAuthenticator('http://localhost:4999');
    expect(await verify(evidenceOf(text, onAnotherPort.get(challengeOf(text))), onAnotherPort.publicKey)).toEqual(ACT);
  });

  test.each<[string, Partial<Act>]>([
    ['environment', { environment: 'staging' }],
    ['action', { action: 'reject' }],
    ['arguments', { arguments: { planId: 'p2', decision: 'approve' } }],
    ['person', { person: 'p_bob' }],
    ['nonce', { nonce: 'm'.repeat(43) }],
  ])('does not hold with another %s', async (_field, change) => {
    expect(await verify({ ...evidence, act: actText({ ...ACT, ...change }) })).toBeUndefined();
  });

  test.each([
    ['blanks', JSON.stringify(ACT, null, 2)],
    ['another order', JSON.stringify(Object.fromEntries(Object.entries(ACT).toReversed()))],
    ['one field more', `${text.slice(0, -1)},"z":1}`],
    ['no JSON', 'approve everything'],
  ])('does not hold in another form: %s', async (_what, act) => {
    expect(await verify(evidenceOf(act, passkey.get(challengeOf(act))))).toBeUndefined();
  });

  test.each(LIES)('does not hold when its assertion is one %s', async (what, lies) => {
    const lied = await verify(evidenceOf(text, passkey.get(challengeOf(text), lies)));
    // Ports change; the relying party does not.
    expect(lied).toEqual(what === 'of another origin' ? ACT : undefined);
  });

  test('does not hold for another relying party or another key', async () => {
    expect(await verify(evidence, passkey.publicKey, 'approve.example')).toBeUndefined();
    expect(await verify(evidence, new SoftAuthenticator(ORIGIN).publicKey)).toBeUndefined();
  });

  test.each(['clientDataJSON', 'authenticatorData', 'signature'] as const)(
    'does not hold with an altered %s',
    async (field) => {
      expect(await verify({ ...evidence, [field]: flipped(evidence[field]) })).toBeUndefined();
      expect(await verify({ ...evidence, [field]: '' })).toBeUndefined();
    },
  );
});
