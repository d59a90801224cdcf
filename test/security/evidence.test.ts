import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { sha256Hex } from '@narrow-deputies/signing';
import fc from 'fast-check';
import { SoftAuthenticator, type Lies } from '../../backend-mock/test/support/soft-authenticator.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { expectLogHolds, stopHolding } from '../support/log-holds.ts';
import { PasskeyPerson, post } from '../support/passkey-person.ts';
import { send, type WireReply } from '../support/wire-client.ts';

let lab: Lab;
let owner: PasskeyPerson;
beforeAll(async () => {
  lab = await startLab();
  owner = await PasskeyPerson.enrol(lab, 'owner', ['owner']);
}, 60_000);
afterAll(async () => {
  // Whatever was tried above: what was taken of it holds.
  await stopHolding(lab);
}, 60_000);

const invitation = (): JsonObject => ({
  name: `n${randomUUID()}`,
  roles: ['auditor'],
  secretDigest: sha256Hex(randomUUID()),
});

const invitations = async ({ backend: { database } }: Lab): Promise<number> =>
  (await database.db.selectFrom('invitations').select('id').execute()).length;

/** Entries of somebody; refusals that are counted come in entries of their own. */
const entriesOf = async (on: Lab): Promise<number> =>
  (await on.entries()).filter(({ kind }) => kind !== 'noise').length;

/** Refused before anybody was known to have signed: no invitation, no entry; counted. */
async function expectNothing(on: Lab, make: () => Promise<WireReply>, codes: readonly string[]): Promise<void> {
  const before = { made: await invitations(on), entries: await entriesOf(on) };
  const reply = await make();
  expect(codes).toContain(reply.json['code']);
  expect({ made: await invitations(on), entries: await entriesOf(on) }).toEqual(before);
}

/** Another text of the same last character's bytes; undefined where the length leaves no bits over. */
function respelled(text: string): string | undefined {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  if (text.length % 4 === 0) return undefined;
  return `${text.slice(0, -1)}${alphabet[alphabet.indexOf(text.at(-1) ?? '') ^ 1]}`;
}

const UNPROVED = ['unauthenticated', 'invalid_arguments', 'malformed_request'] as const;

const CLIENT_DATA: readonly (readonly [string, Lies])[] = [
  [
    'from a frame of another origin',
    { clientData: (text) => text.replace('"crossOrigin":false', '"crossOrigin":true') },
  ],
  ['that names a page around it', { clientData: (text) => `${text.slice(0, -1)},"topOrigin":"https://a.example"}` }],
  ['after a byte-order mark', { clientData: (text) => `\uFEFF${text}` }],
  ['with blanks', { clientData: (text) => text.replace(',', ', ') }],
  ['with a member twice', { clientData: (text) => text.replace('{', '{"origin":"https://a.example",') }],
  ['with an escape', { clientData: (text) => text.replace('webauthn', String.raw`\u0077ebauthn`) }],
];

describe('the proof of an act in the console', () => {
  test.each(CLIENT_DATA)('%s is refused [evidence.spelling]', async (_what, lies) => {
    const asked = await owner.ask('invite', invitation());
    await expectNothing(lab, () => owner.answer(asked, lies), UNPROVED);
  });

  test('as some systems write it, with escaped slashes, is taken [evidence.judged]', async () => {
    const asked = await owner.ask('invite', invitation());
    const reply = await owner.answer(asked, { clientData: (text) => text.replaceAll('/', String.raw`\/`) });
    expect(reply.status).toBe(200);
  });

  test('in a second spelling of the same bytes is refused [evidence.spelling]', async () => {
    const asked = await owner.ask('invite', invitation());
    const { action, arguments: args, nonce, challenge } = asked;
    const given = owner.passkey.get(challenge);
    const authenticatorData = respelled(given.response.authenticatorData);
    if (authenticatorData === undefined) throw new Error('37 bytes leave bits over');
    const response = { ...given, response: { ...given.response, authenticatorData } } as unknown as JsonObject;
    await expectNothing(lab, () => owner.send({ action, arguments: args, nonce, response }), UNPROVED);
  });

  const fields = ['clientDataJSON', 'authenticatorData', 'signature'] as const;
  const change = fc.record({
    field: fc.constantFrom(...fields),
    how: fc.constantFrom('flip', 'respell', 'pad', 'append', 'cut', 'standard', 'none'),
    at: fc.nat(4_000),
  });
  const changed = (text: string, how: string, at: number): string => {
    const bytes = Buffer.from(text, 'base64url');
    if (how === 'flip') {
      const place = at % (bytes.length * 8);
      bytes[place >> 3] = (bytes[place >> 3] ?? 0) ^ (1 << (place & 7));
      return bytes.toString('base64url');
    }
    if (how === 'respell') return respelled(text) ?? text;
    if (how === 'pad') return `${text}${'='.repeat((4 - (text.length % 4)) % 4)}`;
    if (how === 'append') return Buffer.concat([bytes, Buffer.from([at & 0xff])]).toString('base64url');
    if (how === 'cut') return bytes.subarray(0, -1 - (at % 4)).toString('base64url');
    return how === 'standard' ? bytes.toString('base64') : text;
  };

  test('however it is changed: what is taken verifies from the export [evidence.judged]', async () => {
    const lie = fc.constantFrom<Lies>({}, {}, ...CLIENT_DATA.map(([, lies]) => lies));
    let taken = 0;
    const before = await invitations(lab);
    await fc.assert(
      fc.asyncProperty(change, lie, async ({ field, how, at }, lies) => {
        const { action, arguments: args, nonce, challenge } = await owner.ask('invite', invitation());
        const given = owner.passkey.get(challenge, lies);
        const response = {
          ...given,
          response: { ...given.response, [field]: changed(given.response[field], how, at) },
        };
        const reply = await owner.send({ action, arguments: args, nonce, response: response as unknown as JsonObject });
        if (reply.status === 200) taken += 1;
        else expect(UNPROVED).toContain(reply.json['code']);
      }),
      { numRuns: 60 },
    );
    // One of each is taken at least, where nothing was changed; and nothing else had an effect. The export is verified at the end.
    expect(await invitations(lab)).toBe(before + taken);
  }, 60_000);

  test('a broken twin that reads client data loosely takes what does not verify [evidence.judged]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/verifier/client-data.ts',
      instead: () => ({ readClientData: (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as object }),
    });
    try {
      const person = await PasskeyPerson.enrol(broken, 'owner', ['owner']);
      const [, lies] = CLIENT_DATA[0] ?? [];
      expect((await person.answer(await person.ask('invite', invitation()), lies)).status).toBe(200);
      await expectCaught(() => expectLogHolds(broken));
    } finally {
      await broken.stop();
    }
  }, 60_000);
});

test('whoever signs in and out does nothing that a signature is missed for [evidence.judged]', async () => {
  await owner.signIn();
  expect((await post(lab, '/session/end', {}, owner.browser)).status).toBe(200);
  await owner.signIn();
});

describe('the proof of a signed request', () => {
  test.each(['inv%69te', 'invit%65'])(
    'to /people/%s is refused, and leaves nothing [evidence.spelling]',
    async (action) => {
      await expectNothing(lab, () => lab.people.owner.call(action, invitation()), ['not_found', 'signature_invalid']);
    },
  );

  test('however a header is spelled: what is taken verifies from the export [evidence.judged]', async () => {
    const names = ['content-digest', 'idempotency-key', 'traceparent', 'signature-input', 'signature', 'content-type'];
    const spell = fc.constantFrom<(text: string) => string>(
      (text) => text.toUpperCase(),
      (text) => ` ${text} `,
      (text) => `${text};a=1`,
      (text) => text.replace('=', ' = '),
      (text) => text.replace(/=(?=[:;]?$)/, ''),
      (text) => `${text},${text}`,
      (text) => text,
    );
    const before = await invitations(lab);
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), spell, async (name, how) => {
        const request = lab.people.owner.request('invite', invitation());
        const headers = request.headers.map(([key, value]): [string, string] => [
          key,
          key === name ? how(value) : value,
        ]);
        if ((await send({ ...request, headers })).status === 200) taken += 1;
      }),
      { numRuns: 40 },
    );
    expect(await invitations(lab)).toBe(before + taken);
    expect(taken).toBeGreaterThan(0);
  }, 60_000);

  test('two acts with one number in one moment keep their own proof [evidence.judged]', async () => {
    const { owner: person } = lab.people;
    const replies = await Promise.all(
      [1, 2, 3, 4].map(() => person.call('invite', invitation(), '5f0c1d9e-0000-4000-8000-00000000000a')),
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { db } = lab.backend.database;
    const acts = await db.selectFrom('person_acts').select('id').execute();
    const entries = await db.selectFrom('audit_entries').select('audit_id').execute();
    const named = new Set(entries.map(({ audit_id: id }) => id));
    expect(acts.filter(({ id }) => !named.has(id))).toEqual([]);
  });
});

describe('an enrolment', () => {
  test('offers the algorithms that the verification knows, and takes no other [evidence.algorithms]', async () => {
    const secret = 's'.repeat(43);
    await lab.people.owner.call('invite', { ...invitation(), secretDigest: sha256Hex(secret) });
    await lab.backend.database.db.deleteFrom('limits').execute();
    const { json } = await post(lab, '/enrolment/options', { secret });
    const asked = json['publicKey'] as { challenge: string; pubKeyCredParams: { alg: number }[] };
    expect(asked.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-8, -7, -257]);
    const passkey = new SoftAuthenticator(lab.backend.consoleUrl, 'ML-DSA-44');
    const response = passkey.create(asked.challenge) as unknown as JsonObject;
    const reply = await post(lab, '/enrolment', { secret, nonce: String(json['nonce']), label: 'Phone', response });
    expect(reply).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
    const rows = await lab.backend.database.db
      .selectFrom('passkeys')
      .select('id')
      .where('id', '=', passkey.id)
      .execute();
    expect(rows).toEqual([]);
  });

  test.each(CLIENT_DATA)('%s is refused [evidence.spelling]', async (_what, lies) => {
    const secret = randomUUID();
    await lab.people.owner.call('invite', { ...invitation(), secretDigest: sha256Hex(secret) });
    await lab.backend.database.db.deleteFrom('limits').execute();
    const { json } = await post(lab, '/enrolment/options', { secret });
    const { challenge } = json['publicKey'] as { challenge: string };
    const response = new SoftAuthenticator(lab.backend.consoleUrl).create(challenge, lies) as unknown as JsonObject;
    const reply = await post(lab, '/enrolment', { secret, nonce: String(json['nonce']), label: 'Phone', response });
    expect(reply).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
  });

  test('a key that no signature can be checked with makes no token [evidence.spelling]', async () => {
    const args = { clientId: 'crm-reader', agent: 'crm-agent', scopes: ['crm:get_customer'], owner: 'owner' };
    // The point of order one, and a second spelling of 32 bytes.
    for (const publicX of [`AQ${'A'.repeat(41)}`, `${'A'.repeat(42)}B`]) {
      const reply = await lab.people.owner.call('mint_token', { ...args, publicX, expiresInDays: 1 });
      expect(reply.json['code']).toBe('invalid_arguments');
    }
  });
});
