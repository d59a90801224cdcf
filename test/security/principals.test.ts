import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { startLab } from '../support/lab.ts';
import { CONTEXTS, expectCaughtIn, ownerOf, setScene, type Scene } from '../support/shared-client.ts';
import { expectDenied, stateOf, told, type Store } from '../support/tickets.ts';
import { VALID } from '../support/valid-calls.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await setScene(await startLab());
}, 60_000);
afterAll(() => scene?.lab.stop());

const commits = ({ lab }: Scene) =>
  lab.backend.contracts
    .filter(({ kind }) => kind === 'commit')
    .map(({ context, name }) => ({ context, noun: name.replace('commit_', ''), server: CONTEXTS[context] }));

/** The owner's plan, approved by whoever has to. */
async function approvedPlan({ lab, clients }: Scene, context: keyof typeof CONTEXTS, noun: string): Promise<string> {
  const tool = `plan_${noun}`;
  const { json, text } = await clients[CONTEXTS[context]].owner(`/v1/${context}/${tool}`, VALID[tool] ?? {});
  if (typeof json['planId'] !== 'string') throw new Error(`No plan: ${text}`);
  if (json['status'] === 'released') return json['planId'];
  for (const person of [lab.people.owner, lab.people.reviewer]) {
    const { status } = await person.decide('approve', json['planId']);
    if (status === 200) break;
  }
  expect(await stateOf(lab, json['planId'])).toBe('released');
  return json['planId'];
}

/** What Bob's agent gets for a plan of the other, and for one that never was; and the plan is still there for its owner. */
async function expectNotBobs(on: Scene, context: keyof typeof CONTEXTS, noun: string): Promise<void> {
  const planId = await approvedPlan(on, context, noun);
  const client = on.clients[CONTEXTS[context]];
  const path = `/v1/${context}/commit_${noun}`;
  const reply = await expectDenied(on.lab, () => client.bob(path, { planId }), 'not_found');
  expect(told(reply)).toEqual(told(await client.bob(path, { planId: randomUUID() })));
  expect(await stateOf(on.lab, planId)).toBe('released');
  expect((await on.lab.backend.database.db.selectFrom('exports').select('id').execute()).length).toBe(0);
}

describe('one client id with tokens of two owners', () => {
  test('commits for neither what was approved for the other, with any tool [principal.pair, plan.foreign]', async () => {
    const tools = commits(scene);
    for (const { context, noun } of tools) await expectNotBobs(scene, context, noun);
    expect(tools.length).toBeGreaterThan(5);
  });

  test('what was planned is committed for its own owner all the same, once [principal.pair]', async () => {
    const { lab, clients } = scene;
    const planId = await approvedPlan(scene, 'tickets', 'update_ticket');
    const path = '/v1/tickets/commit_update_ticket';
    expect((await clients['ticket-handler'].owner(path, { planId })).status).toBe(200);
    await expectDenied(lab, () => clients['ticket-handler'].bob(path, { planId }), 'not_found');
    const effects = (await lab.entries()).filter(
      ({ plan, kind, outcome }) => plan === planId && kind === 'commit' && outcome === 'succeeded',
    );
    expect(effects).toHaveLength(1);
    expect(effects).toMatchObject([{ owner: await ownerOf(lab) }]);
  });

  test('a backend that asks for the client alone is caught [check.twins, principal.pair]', async () => {
    const isSamePrincipal = (one: { clientId: string }, other: { clientId: string }): boolean =>
      one.clientId === other.clientId;
    const module = 'backend-mock/src/principal/principal.ts';
    await expectCaughtIn({ module, instead: () => ({ isSamePrincipal }) }, (broken) =>
      expectNotBobs(broken, 'crm', 'export_customers'),
    );
  }, 60_000);

  test('an export is listed and fetched by the person whose plan it was, and nobody else [principal.pair, crm.export]', async () => {
    const { lab, bob, clients } = scene;
    const planId = await approvedPlan(scene, 'crm', 'export_customers');
    const { json, text } = await clients['crm-reader'].owner('/v1/crm/commit_export_customers', { planId });
    const exportId = String(
      ((json['receipt'] as JsonObject | undefined)?.['result'] as JsonObject | undefined)?.['exportId'] ?? text,
    );
    expect((await bob.call('list_exports', {})).json['exports']).toEqual([]);
    expect((await bob.call('fetch_export', { exportId })).json['code']).toBe('not_found');
    expect((await lab.people.owner.call('fetch_export', { exportId })).status).toBe(200);
    await lab.backend.database.db.deleteFrom('exports').execute();
  });

  const PLAN = '/v1/tickets/plan_update_ticket';
  const keysAreApart = async ({ lab, clients }: Scene): Promise<void> => {
    const { owner, bob } = clients['ticket-handler'];
    const idempotencyKey = randomUUID();
    const first = await owner(PLAN, { ticketId: '1842', note: 'The first note.' }, { idempotencyKey });
    const other = await bob(PLAN, { ticketId: '1843', note: 'Something else.' }, { idempotencyKey });
    expect([first.status, other.status]).toEqual([200, 200]);
    expect([first.json['repeated'], other.json['repeated']]).toEqual([false, false]);
    const again = await bob(PLAN, { ticketId: '1843', note: 'Something else.' }, { idempotencyKey });
    expect(again.json).toMatchObject({ planId: other.json['planId'], repeated: true });
    const bound = await lab.backend.database.db
      .selectFrom('idempotency')
      .selectAll()
      .where('key', '=', idempotencyKey)
      .execute();
    expect(bound).toHaveLength(2);
  };

  test('binds a used key for one of them alone [principal.pair, repeat.conflict]', () => keysAreApart(scene));

  test('a backend whose keys are the client’s is caught [check.twins, principal.pair]', async () => {
    const module = 'backend-mock/src/idempotency/idempotency-repository.ts';
    type Claim = (tx: Store, key: { principal: JsonObject }, ...rest: unknown[]) => unknown;
    const anybodys =
      (real: unknown): Claim =>
      (tx, key, ...rest) =>
        (real as Claim)(tx, { ...key, principal: { ...key.principal, ownerId: 'anybody' } }, ...rest);
    const instead = ({ claimKey, completeKey }: Readonly<Record<string, unknown>>) => ({
      claimKey: anybodys(claimKey),
      completeKey: anybodys(completeKey),
    });
    await expectCaughtIn({ module, instead }, keysAreApart);
  }, 60_000);

  const cursorsAreApart = async ({ lab, clients }: Scene): Promise<void> => {
    const path = '/v1/tickets/list_tickets';
    const { owner, bob } = clients['ticket-handler'];
    const { json } = await owner(path, { limit: 2 });
    const args = { limit: 2, cursor: String(json['nextCursor']) };
    await expectDenied(lab, () => bob(path, args), 'invalid_arguments');
    expect((await owner(path, args)).status).toBe(200);
  };

  test('goes on with a listing for the one who began it [principal.pair, crm.cursor]', () => cursorsAreApart(scene));

  test('a backend whose cursors are the client’s is caught [check.twins, principal.pair]', async () => {
    const module = 'backend-mock/src/common/cursors.ts';
    type Cursor = (tx: Store, now: number, listing: { principal: JsonObject }, ...rest: unknown[]) => unknown;
    const anybodys =
      (real: unknown): Cursor =>
      (tx, now, listing, ...rest) =>
        (real as Cursor)(tx, now, { ...listing, principal: { ...listing.principal, ownerId: 'anybody' } }, ...rest);
    const instead = ({ sealCursor, openCursor }: Readonly<Record<string, unknown>>) => ({
      sealCursor: anybodys(sealCursor),
      openCursor: anybodys(openCursor),
    });
    await expectCaughtIn({ module, instead }, cursorsAreApart);
  }, 60_000);

  const plansAreApart = async ({ lab, clients }: Scene): Promise<void> => {
    const { owner, bob, wires } = clients['ticket-handler'];
    const args = { ticketId: '1844', note: 'The same for both.' };
    const [mine, theirs] = [await owner(PLAN, args), await bob(PLAN, args)];
    expect(theirs.json['repeated']).toBe(false);
    expect(theirs.json['planId']).not.toBe(mine.json['planId']);
    const reply = await lab.people.owner.call('revoke_token', { keyid: wires.bob.keyid });
    expect(reply.status).toBe(200);
    expect(await stateOf(lab, String(theirs.json['planId']))).toBe('revoked');
    expect(await stateOf(lab, String(mine.json['planId']))).not.toBe('revoked');
  };

  test('has open plans of each, and revoking the token of one ends theirs alone [principal.pair, repeat.twin]', async () => {
    const own = await setScene(await startLab());
    try {
      await plansAreApart(own);
    } finally {
      await own.lab.stop();
    }
  }, 60_000);

  test('a backend that revokes the plans of the client is caught [check.twins, principal.pair]', async () => {
    const module = 'backend-mock/src/plans/plans-repository.ts';
    const revokePlans = async (tx: Store, { clientId }: { clientId: string }): Promise<number> => {
      const open = tx.updateTable('plans').set({ state: 'revoked' }).where('client_id', '=', clientId);
      return (await open.execute()).length;
    };
    await expectCaughtIn({ module, instead: () => ({ revokePlans }) }, plansAreApart);
  }, 60_000);

  /** One who has used everything up leaves the other theirs. */
  const limitsAreApart = async ({ lab, clients }: Scene): Promise<void> => {
    const { clientId } = clients['blog-publisher'];
    const rows = async () =>
      (await lab.backend.database.db.selectFrom('limits').select('key').execute()).map(({ key }) => key);
    await clients['blog-publisher'].owner('/v1/blog/list_drafts', { drafts: [] });
    const owners = await rows();
    await clients['blog-publisher'].bob('/v1/blog/list_drafts', { drafts: [] });
    const bobs = await rows();
    const ofClient = (key: string): boolean => key.includes(clientId);
    expect(owners.filter(ofClient).length).toBeGreaterThan(1);
    expect(bobs.filter(ofClient).length).toBeGreaterThan(1);
    expect(bobs.filter((key) => ofClient(key) && owners.includes(key))).toEqual([]);
  };

  test('has limits of each [principal.pair, limit.rates]', () => limitsAreApart(scene));

  test('a backend that counts both as one is caught [check.twins, principal.pair]', async () => {
    const module = 'backend-mock/src/principal/principal.ts';
    const principalKey = ({ clientId }: { clientId: string }): string => clientId;
    await expectCaughtIn({ module, instead: () => ({ principalKey }) }, limitsAreApart);
  }, 60_000);
});
