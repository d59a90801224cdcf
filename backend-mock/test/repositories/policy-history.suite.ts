import { beforeEach, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { historyOf, recordNumber, type Measure, type PolicyCall, type PolicyEvent } from '@narrow-deputies/policy';
import { sql } from 'kysely';
import { AuditService } from '../../src/audit/audit.service.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import { oldestQuery, valueQuery } from '../../src/policy/history-query.ts';
import type { Stores } from '../support/engines.ts';
import { MINUTE, NOON } from '../support/rows.ts';

const CALL: PolicyCall = {
  time: NOON,
  tool: 'get_customer',
  client: 'crm-reader',
  agent: 'lookup-agent',
  owner: 'p_owner',
  ownerRoles: [],
  run: 'run-1',
  task: false,
  arguments: { customerId: 'C1010' },
  contentFlags: 0,
  sameness: 'aaaa',
};

/** A small generator, so that a failure is the same one the next time. */
function chooser(seed: number): <T>(items: readonly T[]) => T {
  let state = seed;
  return (items) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return items[state % items.length] as (typeof items)[number];
  };
}

function randomEvents(seed: number, count: number): PolicyEvent[] {
  const pick = chooser(seed);
  const times = Array.from({ length: count }, () => NOON - pick([0, 1, 30, 59, 60, 61, 600, 1439, 1440]) * MINUTE);
  return times
    .toSorted((a, b) => a - b)
    .map((time) => ({
      time,
      tool: pick(['get_customer', 'search_customers', 'commit_refund']),
      client: pick(['crm-reader', 'crm-reader-2']),
      agent: pick(['lookup-agent', 'export-agent']),
      owner: pick(['p_owner', 'p_other']),
      run: pick(['run-1', 'run-2', null]),
      arguments: pick<JsonObject>([
        { customerId: 'C1009' },
        { customerId: 'C1010' },
        { customerId: 'C1020' },
        { customerId: 'none' },
        { amount: 1250, currency: 'EUR' },
        { amount: 'much' },
        { amount: -500 },
        { amount: 12.5 },
        { nested: { 'a/b': 7 } },
        {},
      ]),
      sameness: pick(['aaaa', 'bbbb']),
      outcome: pick(['served', 'served', 'denied'] as const),
      records: pick([0, 1, 20]),
      risk: pick([0, 10, 55]),
      outside: pick([true, false]),
    }));
}

const MEASURES: Measure[] = (['run', 'client', 'agent', 'owner', 'tool'] as const).flatMap((per) =>
  [null, [], ['get_customer'], ['commit_refund', 'get_customer']].flatMap((tools) =>
    [MINUTE, 60 * MINUTE, 1440 * MINUTE].flatMap((window) => [
      ...(['calls', 'records', 'risk', 'outside', 'denials', 'repeats'] as const).map((of) =>
        measure(of, per, tools, window, null),
      ),
      measure('sum', per, tools, window, '/amount'),
      measure('sum', per, tools, window, '/nested/a~1b'),
      measure('sequence', per, tools, window, '/customerId'),
    ]),
  ),
);

function measure(
  of: Measure['of'],
  per: Measure['per'],
  tools: readonly string[] | null,
  window: number,
  pointer: string | null,
): Measure {
  return { key: '', of, per, tools, window, pointer };
}

/** The store answers what the engine's own reading of the same list of calls does. */
export function policyHistorySuite(stores: Stores): void {
  const audit = new AuditService(new Settings('development'));
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
  });

  const record = (event: PolicyEvent): Promise<string> =>
    store.transaction((tx) =>
      audit.record(tx, event.time, {
        tool: event.tool,
        kind: 'read',
        outcome: event.outcome === 'served' ? 'succeeded' : 'refused',
        client: event.client,
        agent: event.agent,
        owner: event.owner,
        run: event.run,
        decisionInput: { arguments: event.arguments as JsonObject, sameness: event.sameness },
        recordNumber: recordNumber((event.arguments as JsonObject)['customerId']),
        risk: { score: event.risk, level: 'low', parts: [] },
        details: { records: event.records, outside: event.outside },
      }),
    );

  const ask = async (measures: readonly Measure[], call: PolicyCall): Promise<unknown[]> => {
    const { engine } = store;
    const answers: unknown[] = [];
    for (const each of measures) {
      const question = { call, measure: each };
      const { rows } = await sql<{ value: unknown; oldest: unknown }>`
        select ${valueQuery(engine, question)} as value, ${oldestQuery(question)} as oldest`.execute(store.db);
      const [row] = rows;
      answers.push({ value: Number(row?.value), oldest: row?.oldest === null ? null : Number(row?.oldest) });
    }
    return answers;
  };

  test.each([1, 2, 3])('every measure of random calls, %i', async (seed) => {
    const events = randomEvents(seed, 90);
    for (const event of events) await record(event);
    const read = historyOf(events, CALL);
    expect(await ask(MEASURES, CALL)).toEqual(MEASURES.map(read));
  });

  test('a call without a run shares its run with nobody', async () => {
    const [event] = randomEvents(4, 1);
    if (!event) throw new Error('There is no event.');
    await record({ ...event, run: null, client: CALL.client, outcome: 'served' });
    const perRun = measure('calls', 'run', null, 1440 * MINUTE, null);
    expect(await ask([perRun], { ...CALL, run: null })).toEqual([{ value: 0, oldest: null }]);
  });

  test('what is answered again, and what people and the system do, is not counted', async () => {
    const common = { tool: 'get_customer', client: CALL.client, owner: CALL.owner, outcome: 'succeeded' } as const;
    await store.transaction((tx) => audit.record(tx, NOON, { ...common, kind: 'read', repeated: true }));
    await store.transaction((tx) => audit.record(tx, NOON, { ...common, kind: 'person' }));
    await store.transaction((tx) => audit.record(tx, NOON, { ...common, kind: 'system' }));
    const calls = measure('calls', 'owner', null, MINUTE, null);
    expect(await ask([calls], CALL)).toEqual([{ value: 0, oldest: null }]);
    await store.transaction((tx) => audit.record(tx, NOON, { ...common, kind: 'read' }));
    expect(await ask([calls], CALL)).toEqual([{ value: 1, oldest: NOON }]);
  });
}
