import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunningBackend } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { policyWith } from '../support/policies.ts';
import { entriesOf, startReplica, withoutQuotas } from '../support/policy-lab.ts';
import { rowCounts } from '../support/stored.ts';
import { seedRecords } from '../support/valid-calls.ts';
import { send, WireClient, type WireReply } from '../support/wire-client.ts';

const GET = '/v1/crm/get_customer';
const CALLS = 24;

/** Reads are allowed under one of them, and denied under the other. */
const OPEN = policyWith('').replace('name: test', 'name: open');
const SHUT = policyWith(`  - id: no-reads
    effect: deny
    when: { tools: [get_customer] }
`).replace('name: test', 'name: shut');

async function activate(on: Lab, policy: string): Promise<void> {
  const { status, text } = await on.people.owner.call('activate_policy', { file: 'test.yaml', policy, packs: {} });
  expect({ status, text }).toEqual({ status: 200, text });
}

const get = (client: WireClient): Promise<WireReply> => client.call(GET, { customerId: 'C1001' });

/** Activates one and the other by turns, and calls after each. */
async function expectFollowed(on: Lab, client: WireClient): Promise<void> {
  for (const [policy, status] of [
    [OPEN, 200],
    [SHUT, 403],
    [OPEN, 200],
    [SHUT, 403],
  ] as const) {
    await activate(on, policy);
    expect((await get(client)).status).toBe(status);
  }
}

/** The policy that the one entry about a request names as the one that decided. */
async function decidedBy(on: Lab, requestId: string): Promise<unknown> {
  const entries = (await on.entries()).filter((entry) => entry['requestId'] === requestId);
  expect(entries).toHaveLength(1);
  const input = entries[0]?.['decisionInput'] as JsonObject | undefined;
  return String(input?.['policy']).split('@')[0];
}

describe.each(['sqlite', 'postgres'] as const)('a policy that changes, on %s', (engine) => {
  let folder: string;
  let store: string;
  let postgres: PostgresServer | undefined;
  let on: Lab;
  let replica: RunningBackend;
  let there: WireClient;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deputies-policy-'));
    postgres = engine === 'postgres' ? await startPostgres() : undefined;
    store = (await postgres?.createDatabase()) ?? join(folder, 'store.sqlite');
    on = await startLab({ databaseUrl: store });
    replica = await startReplica(store);
    there = new WireClient(replica.backendUrl, on.tokens['crm-reader'] ?? '');
    await seedRecords(on);
  }, 120_000);
  beforeEach(() => withoutQuotas(on));
  afterAll(async () => {
    await replica?.close();
    await on?.stop();
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  test('is the one that every other replica decides its very next call by [policy.activation]', () =>
    expectFollowed(on, there));

  test('while calls come in decides each of them by exactly one, and its entry says by which [policy.races]', async () => {
    await activate(on, OPEN);
    const here = on.wireOf('crm-reader');
    const clients = engine === 'postgres' ? [here, there] : [here];
    const grants = await Promise.all(clients.map((client) => client.grant()));
    const requests = await Promise.all(
      Array.from({ length: CALLS }, async (_, at) => {
        const idempotencyKey = randomUUID();
        const options = { grant: grants[at % grants.length] ?? '', idempotencyKey };
        const client = clients[at % clients.length] as WireClient;
        return { idempotencyKey, wire: await client.operation(GET, { customerId: 'C1001' }, options) };
      }),
    );
    // One person activates one and the other by turns, as fast as it goes, until every call is answered.
    const answered: { all: boolean } = { all: false };
    const turns = (async () => {
      for (let turn = 0; !answered.all; turn++) await activate(on, turn % 2 === 0 ? SHUT : OPEN);
    })();
    const replies: WireReply[] = [];
    for (let at = 0; at < requests.length; at += 4) {
      await withoutQuotas(on);
      replies.push(...(await Promise.all(requests.slice(at, at + 4).map(({ wire }) => send(wire)))));
    }
    answered.all = true;
    await turns;
    for (const [at, { status }] of replies.entries()) {
      expect([200, 403]).toContain(status);
      const decided = await decidedBy(on, requests[at]?.idempotencyKey ?? '');
      expect([status, decided]).toEqual([status, status === 200 ? 'open' : 'shut']);
    }
  });

  /** Somebody with the store's password makes the active policy, which no replica has read yet, say something else. */
  const tamper = async (): Promise<void> => {
    const { db } = on.backend.database;
    const { position, content } = await db
      .selectFrom('policies')
      .select(['position', 'content'])
      .orderBy('position', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    const edited = content.replace('effect: deny', 'effect: allow');
    expect(edited).not.toBe(content);
    await db.updateTable('policies').set({ content: edited }).where('position', '=', position).execute();
  };

  const expectNothing = async (client: WireClient): Promise<void> => {
    const grant = await client.grant();
    const before = await rowCounts(on);
    const reply = await client.call(
      '/v1/tickets/plan_update_ticket',
      { ticketId: '1842', status: 'pending' },
      { grant },
    );
    expect([reply.status, reply.json['code']]).toEqual([503, 'unavailable']);
    const after = await rowCounts(on);
    expect({ ...after, nonces: 0, limits: 0 }).toEqual({
      ...before,
      nonces: 0,
      limits: 0,
      audit_entries: Number(before['audit_entries']) + 1,
      audit_payloads: Number(before['audit_payloads']) + 1,
    });
    expect(await entriesOf(on, reply)).toMatchObject([
      { tool: 'plan_update_ticket', outcome: 'failed', decision: 'deny', code: 'unavailable', client: client.clientId },
    ]);
  };

  test('by hand lets nothing through, also after a restart, until an administrator activates one [policy.tampered]', async () => {
    await activate(on, `${SHUT}# Not read yet.\n`);
    // One replica has read what was activated, and goes on by that; who reads it now decides nothing.
    const here = on.wireOf('crm-reader');
    expect((await get(here)).json['code']).toBe('denied_by_policy');
    await tamper();
    expect((await get(here)).json['code']).toBe('denied_by_policy');
    await expectNothing(new WireClient(replica.backendUrl, on.tokens['ticket-handler'] ?? ''));
    const again = await startReplica(store);
    try {
      await expectNothing(new WireClient(again.backendUrl, on.tokens['ticket-handler'] ?? ''));
      // What is refused anyway is refused and recorded as ever.
      const odd = await there.call(GET, { customerId: 5 });
      expect(await entriesOf(on, odd)).toMatchObject([{ code: 'invalid_arguments', outcome: 'refused' }]);
    } finally {
      await again.close();
    }
    expect((await on.people.owner.call('show_policy', {})).status).toBe(503);
    await activate(on, `${SHUT}# Not read yet.\n`);
    expect((await get(there)).json['code']).toBe('denied_by_policy');
    await activate(on, OPEN);
    expect((await get(there)).status).toBe(200);
  });
});

test('a replica that keeps the policy that it knows is caught [check.twins, policy.activation]', async () => {
  type Desk = new (...services: never[]) => { judge(...all: unknown[]): Promise<unknown> };
  const instead = ({ PolicyDesk }: Readonly<Record<string, unknown>>) => {
    let first: Promise<unknown> | undefined;
    class Keeping extends (PolicyDesk as Desk) {
      override judge(...all: unknown[]): Promise<unknown> {
        return (first ??= super.judge(...all));
      }
    }
    return { PolicyDesk: Keeping };
  };
  const broken = await startBrokenLab({ module: 'backend-mock/src/policy/policy-desk.ts', instead });
  try {
    await seedRecords(broken);
    await expectCaught(() => expectFollowed(broken, broken.wireOf('crm-reader')));
  } finally {
    await broken.stop();
  }
}, 30_000);
