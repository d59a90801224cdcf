import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningBackend } from '@narrow-deputies/backend-mock';
import { signClientAssertion } from '@narrow-deputies/signing';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { enrol } from '../support/plans-and-people.ts';
import { activate } from '../support/policies.ts';
import { forget, refundsUpTo, startReplica, SUPPORT, withoutQuotas } from '../support/policy-lab.ts';
import { mintToken } from '../support/clients.ts';
import { addOrder, refundOf, seedTickets } from '../support/tickets.ts';
import { send, WireClient, type WireReply, type WireRequest } from '../support/wire-client.ts';

const ROUNDS = 3;
/** What no text of PostgreSQL holds, and what only looks like it. */
const ODD = 'a\u0000b\\u0000c\\\\\u0000"';
const ORDERS = Array.from({ length: 8 }, (_, at) => String(700 + at));

let postgres: PostgresServer | undefined;
beforeAll(async () => {
  postgres = await startPostgres();
}, 120_000);
afterAll(() => postgres?.stop(), 60_000);

/** The same credential at one replica. */
interface At {
  readonly client: WireClient;
  readonly grant: string;
}

/** One client, at each replica. */
type Everywhere = readonly At[];

const everywhere = async (on: Lab, more: readonly RunningBackend[], token: string): Promise<Everywhere> =>
  Promise.all(
    [on.backend, ...more].map(async ({ backendUrl }) => {
      const client = new WireClient(backendUrl, token);
      return { client, grant: await client.grant() };
    }),
  );

/**
 * Eight refunds of 3.00, planned by turns for each client, and then committed all at once, by turns at each replica.
 *
 * @returns what was paid in all.
 */
async function race(on: Lab, clients: readonly Everywhere[]): Promise<number> {
  await seedTickets(on);
  await forget(on);
  for (const id of ORDERS) await addOrder(on, id, 'ANNA', 1000, 'EUR');
  const commits: WireRequest[] = [];
  for (const [at, orderId] of ORDERS.entries()) {
    const places = clients[at % clients.length] as Everywhere;
    const [home] = places;
    const place = places[Math.floor(at / clients.length) % places.length];
    if (!home || !place) throw new Error('There is no replica.');
    await withoutQuotas(on);
    const { json, text } = await home.client.call('/v1/tickets/plan_refund', refundOf(300, { orderId }), home);
    if (json['status'] !== 'released') throw new Error(`No plan that is released: ${text}`);
    commits.push(await place.client.operation('/v1/tickets/commit_refund', { planId: String(json['planId']) }, place));
  }
  await withoutQuotas(on);
  const before = (await on.entries()).length;
  const replies: WireReply[] = await Promise.all(commits.map(send));
  expect(new Set(replies.map(({ json }) => json['code']))).toEqual(new Set([undefined, 'denied_by_policy']));
  const rows = await on.backend.database.db.selectFrom('refunds').select('amount').execute();
  const paid = rows.reduce((sum, { amount }) => sum + amount, 0);
  expect(paid).toBe(300 * replies.filter(({ status }) => status === 200).length);
  const entries = (await on.entries()).slice(before);
  expect(entries).toHaveLength(commits.length);
  return paid;
}

/** As many as fit, and never one more. */
async function expectWithin(on: Lab, clients: readonly Everywhere[]): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) expect(await race(on, clients)).toBe(900);
}

describe.each(['sqlite', 'postgres'] as const)('refunds that race for what a sum leaves, on %s', (engine) => {
  let on: Lab;
  let replicas: RunningBackend[] = [];
  beforeAll(async () => {
    const databaseUrl = engine === 'postgres' ? await postgres?.createDatabase() : undefined;
    on = await startLab(databaseUrl === undefined ? {} : { databaseUrl });
    replicas = databaseUrl === undefined ? [] : [await startReplica(databaseUrl)];
  }, 60_000);
  afterAll(async () => {
    for (const replica of replicas) await replica.close();
    await on?.stop();
  });

  test('of one owner stay within it, on however many replicas [policy.sums, policy.races]', async () => {
    await activate(on, refundsUpTo(1000, 'owner'));
    await expectWithin(on, [await everywhere(on, replicas, on.tokens['ticket-handler'] ?? '')]);
  });

  test.each(['agent', 'tool'])('of two owners stay within one per %s [policy.sums, policy.races]', async (per) => {
    await activate(on, refundsUpTo(1000, per));
    await expectWithin(on, await ofTwoOwners(on, replicas, per));
  });

  test('are added up whatever a client says of its machine [policy.sums]', async () => {
    await activate(on, refundsUpTo(1000, 'tool'));
    const odd = on.wireOf('ticket-handler');
    const claims = {
      clientId: odd.clientId,
      audience: odd.issuer,
      jti: randomUUID(),
      now: Math.floor(Date.now() / 1000),
    };
    const assertion = signClientAssertion({ ...claims, host: { hostname: ODD } }, odd.keyid, odd.key);
    const grant = await odd.grant({ client_assertion: assertion });
    expect(await race(on, [[{ client: odd, grant }]])).toBe(900);
    expect((await on.entries()).at(-1)).toMatchObject({ host: { hostname: ODD } });
  });
});

async function ofTwoOwners(on: Lab, replicas: readonly RunningBackend[], name: string): Promise<Everywhere[]> {
  const clientId = `ticket-handler-${name}`;
  const ann = `ann-${name}`;
  await enrol(on, ann, ['owner']);
  const token = await mintToken(on, clientId, SUPPORT.agent, SUPPORT.scopes, ann);
  return [await everywhere(on, replicas, on.tokens['ticket-handler'] ?? ''), await everywhere(on, replicas, token)];
}

test('a backend whose owners do not wait for each other is caught [check.twins, policy.races]', async () => {
  const databaseUrl = String(await postgres?.createDatabase());
  const module = 'backend-mock/src/limits/limits-repository.ts';
  const broken = await startBrokenLab({ module, instead: () => ({ commitLocks: () => [] }) }, { databaseUrl });
  try {
    await activate(broken, refundsUpTo(1000, 'agent'));
    const clients = await ofTwoOwners(broken, [], 'broken');
    await expectCaught(async () => {
      for (let round = 0; round < 10; round++) expect(await race(broken, clients)).toBeLessThanOrEqual(1000);
    });
  } finally {
    await broken.stop();
  }
}, 60_000);
