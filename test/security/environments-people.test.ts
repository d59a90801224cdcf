import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { publicJwk } from '@narrow-deputies/signing';
import { expectCaught, type Fault } from '../support/broken.ts';
import type { ConsoleClient } from '../support/console-client.ts';
import {
  deliver,
  expectCounted,
  expectNothingCommitted,
  PAIRS,
  startPlaces,
  stopPlaces,
  withBroken,
  type Place,
  type Places,
} from '../support/environments.ts';
import type { WirePerson } from '../support/lab.ts';
import { plantApproval, plantChallenge, plantPersonKey } from '../support/planted-rows.ts';
import { expectUndecided, pendingPlan } from '../support/plans-and-people.ts';
import { approvalOf, deciderOf, owner, populate } from '../support/same-people.ts';

const SCREEN = { accept: 'text/html' };

let places: Places;
beforeAll(async () => {
  places = await startPlaces();
  for (const place of Object.values(places)) await populate(place);
}, 60_000);
afterAll(() => stopPlaces(places));
/** Quotas are no subject here. */
beforeEach(async () => {
  for (const { lab } of Object.values(places)) await lab.backend.database.db.deleteFrom('limits').execute();
});

/** A plan of one place that its person confirmed in another, and what the other one's console had asked, copied. */
async function strayedConfirmation(from: Place, to: Place): Promise<void> {
  const planId = await pendingPlan(to.lab);
  const person = await deciderOf(to, planId);
  const body = await person.confirm(from, 'approve', await approvalOf(to, planId));
  await plantChallenge(from.lab, to.lab, body.nonce);
  await expectCounted(to, 'unauthenticated', () => person.at(to).post('/acts', body));
  await expectUndecided(to.lab, planId);
}

/** The same confirmation, written into the store as an approval. */
async function plantedAct(from: Place, to: Place): Promise<void> {
  const planId = await pendingPlan(to.lab);
  const person = await deciderOf(to, planId);
  const { nonce, response } = await person.confirm(from, 'approve', await approvalOf(to, planId));
  const { clientDataJSON, authenticatorData, signature } = response['response'] as Record<string, string>;
  const act = await plantChallenge(from.lab, to.lab, nonce);
  const keyid = person.passkey.id;
  const evidence = { act, credentialId: keyid, clientDataJSON, authenticatorData, signature };
  await plantApproval(to.lab, { planId, personId: person.id, keyid, assurance: 'passkey', evidence });
  await expectNothingCommitted(to, planId, 403, 'approval_required');
}

/** A request signed by a key file, for the address of both. */
async function strayedKey(from: Place, to: Place): Promise<void> {
  const planId = await pendingPlan(to.lab);
  const request = from.lab.people.owner.request('approve', await approvalOf(to, planId));
  await expectCounted(to, 'unauthenticated', () => deliver(to, request));
  await expectUndecided(to.lab, planId);
}

/** The same where the key is planted as one of the person who may decide, and then the decision itself. */
async function plantedKey(from: Place, to: Place): Promise<void> {
  const signer = from.lab.people.owner;
  const planId = await pendingPlan(to.lab);
  const { id: personId } = await deciderOf(to, planId);
  await plantPersonKey(to.lab, personId, { keyid: signer.keyid, x: publicJwk(signer.key).x });
  const request = signer.request('approve', await approvalOf(to, planId));
  await expectCounted(to, 'unauthenticated', () => deliver(to, request));
  await expectUndecided(to.lab, planId);
  await plantApproval(to.lab, {
    planId,
    personId,
    keyid: signer.keyid,
    assurance: 'simulated',
    evidence: evidenceIn(signer, request),
  });
  await expectNothingCommitted(to, planId, 403, 'approval_required');
}

function evidenceIn({ backendUrl }: WirePerson, request: ReturnType<WirePerson['request']>): JsonObject {
  const { method, headers, body } = request;
  const targetUri = `${backendUrl}/people/approve`;
  return { method, targetUri, headers: Object.fromEntries(headers), body: body.toString('utf8') };
}

/** What one console gave a browser, in a request to another. */
async function strayedSession(from: Place, to: Place): Promise<void> {
  const { cookie = '', csrf = '' } = owner.at(from);
  const client = owner.at(to);
  const stranger = await client.get('/waiting', { ...SCREEN, cookie: null });
  const strayed = await client.get('/waiting', { ...SCREEN, cookie });
  expect([strayed.status, strayed.text]).toEqual([stranger.status, stranger.text]);
  expect(strayed.text).not.toContain('name="csrf"');
  const wanted = { action: 'end_sessions', arguments: {} };
  const ask = (differs: Parameters<ConsoleClient['post']>[2]) => () => client.post('/acts/options', wanted, differs);
  await expectCounted(to, 'unauthenticated', ask({ cookie, 'x-csrf-token': csrf }));
  await expectCounted(to, 'unauthenticated', ask({ cookie }));
  await expectCounted(to, 'unauthenticated', ask({ 'x-csrf-token': csrf }));
}

describe.each(PAIRS)('of %s, in %s', (a, b) => {
  const both = (): [Place, Place] => [places[a], places[b]];

  test('a confirmation decides nothing, though person, passkey and address are the same [env.person]', () =>
    strayedConfirmation(...both()));

  test('a whole recorded confirmation decides nothing [env.person, env.recorded]', async () => {
    const [from, to] = both();
    const planId = await pendingPlan(from.lab);
    const person = await deciderOf(from, planId);
    const body = await person.confirm(from, 'approve', await approvalOf(from, planId));
    const { cookie = null, csrf = null } = person.at(from);
    const differs = { cookie, 'x-csrf-token': csrf };
    expect((await person.at(from).post('/acts', body, differs)).json['status']).toBe('released');
    await expectCounted(to, 'unauthenticated', () => person.at(to).post('/acts', body, differs));
    await expectCounted(to, 'unauthenticated', () => person.at(to).post('/acts', body));
  });

  test('a confirmation that is written into the store as an approval does not count [env.approval]', () =>
    plantedAct(...both()));

  test('a request signed with a key file decides nothing [env.person]', () => strayedKey(...both()));

  test('a session is none: it reads and asks like a stranger [env.session]', () => strayedSession(...both()));
});

describe.each(PAIRS.filter(([, to]) => to !== 'development'))('of %s, in %s', (a, b) => {
  test('a key that is planted as a person of here decides nothing, in a request or in the store [env.person, env.approval]', () =>
    plantedKey(places[a], places[b]));
});

type Act = Readonly<Record<string, unknown>>;

describe('a backend is caught', () => {
  const expectFound = (
    fault: Fault | readonly Fault[],
    from: () => Place,
    scenario: (from: Place, to: Place) => Promise<void>,
  ) =>
    withBroken(fault, async (production) => {
      await populate(production);
      await expectCaught(() => scenario(from(), production));
    });

  test('that asks people in the name of another environment, and judges no better [check.twins, env.person]', () =>
    expectFound(
      [
        {
          module: 'backend-mock/src/people/passkeys/act.ts',
          instead: ({ actText }) => ({
            actText: (act: Act) => (actText as (act: Act) => string)({ ...act, environment: 'staging' }),
          }),
        },
        { module: 'backend-mock/src/verifier/acts.ts', instead: () => ({ isFor: () => true }) },
      ],
      () => places.staging,
      strayedConfirmation,
    ));

  test('that does not look for which environment a person decided [check.twins, env.approval]', () =>
    expectFound(
      {
        module: 'backend-mock/src/people/passkeys/act.ts',
        instead: ({ parseAct }) => ({
          parseAct: (text: string) => {
            const act = (parseAct as (text: string) => Act | undefined)(text);
            return act && { ...act, environment: 'production' };
          },
        }),
      },
      () => places.staging,
      plantedAct,
    ));

  test('that takes key files outside development [check.twins, env.person]', () =>
    expectFound(
      {
        module: 'backend-mock/src/common/settings.ts',
        instead: ({ Settings }) => ({
          Settings: class extends (Settings as new (environment: string) => object) {
            readonly acceptsKeyFiles = true;
          },
        }),
      },
      () => places.development,
      plantedKey,
    ));

  test('that takes anybody for whoever signed in last [check.twins, env.session]', () =>
    expectFound(
      {
        module: 'backend-mock/src/console/session/sessions-repository.ts',
        instead: () => ({
          findSession: async (tx: Place['lab']['backend']['database']['db']) => {
            const row = await tx.selectFrom('console_sessions').selectAll().limit(1).executeTakeFirstOrThrow();
            return { id: row.id, personId: row.person_id, passkeyId: row.passkey_id, csrf: row.csrf };
          },
        }),
      },
      () => places.staging,
      strayedSession,
    ));
});
