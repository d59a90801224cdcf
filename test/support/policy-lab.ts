import { expect } from '@jest/globals';
import { startBackend, type RunningBackend } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { mintWith } from './clients.ts';
import type { Lab } from './lab.ts';
import { enrol } from './plans-and-people.ts';
import { policyWith } from './policies.ts';
import { rowCounts } from './stored.ts';
import type { WireClient, WireReply } from './wire-client.ts';
import { TEST_LOG_KEY } from '../../backend-mock/test/support/log-key.ts';

/** Where a policy that a test activates keeps its risk. */
export const PACK = 'test.yaml';

/** Quotas are rows too, and no subject of policy. */
export const withoutQuotas = (on: Lab): Promise<unknown> => on.backend.database.db.deleteFrom('limits').execute();

/** As if everything that is on record had happened so much earlier. */
export const timePasses = (on: Lab, milliseconds: number): Promise<unknown> =>
  on.backend.database.db
    .updateTable('audit_entries')
    .set((entry) => ({ time: entry('time', '-', milliseconds) }))
    .execute();

/** What came before is no part of any history. */
export const forget = (on: Lab): Promise<unknown> => timePasses(on, 40 * 86_400_000);

/** One more backend on the same store, as a second replica or after a restart. */
export const startReplica = (databaseUrl: string, environment = 'development'): Promise<RunningBackend> =>
  startBackend({
    environment,
    database: databaseUrl,
    port: 0,
    consolePort: 0,
    logKey: TEST_LOG_KEY,
    logLevel: 'silent',
  });

/** A client of a person who is enrolled here and now. Without calls, it has taken nothing from any limit. */
export async function clientOf(on: Lab, owner: string, clientId: string, like: Agent): Promise<WireClient> {
  const known = await on.backend.database.db.selectFrom('people').select('id').where('name', '=', owner).execute();
  if (known.length === 0) await enrol(on, owner, ['owner']);
  return mintWith(on, clientId, like.agent, like.scopes, owner);
}

export interface Agent {
  readonly agent: string;
  readonly scopes: readonly string[];
}

export const LOOKUP: Agent = { agent: 'lookup-agent', scopes: ['crm:search_customers', 'crm:get_customer'] };
export const SUPPORT: Agent = { agent: 'support-agent', scopes: ['tickets:plan_refund', 'tickets:commit_refund'] };

/** Everything that an effect could be seen by: all rows but those that any call leaves. */
async function held(on: Lab): Promise<JsonObject> {
  const {
    audit_entries: _entries,
    audit_payloads: _payloads,
    nonces: _nonces,
    limits: _limits,
    ...others
  } = await rowCounts(on);
  return others;
}

/** The entries about one answer. */
export const entriesOf = async (on: Lab, { json }: WireReply): Promise<JsonObject[]> =>
  (await on.entries()).filter(({ auditId }) => auditId === json['auditId']);

export interface Denied {
  readonly code: string;
  readonly rules: readonly string[];
}

/**
 * A call is denied by policy: nothing is another than before, and exactly one entry says who, what, when and why.
 *
 * @returns the answer.
 */
export async function expectDeniedByPolicy(
  on: Lab,
  { code, rules }: Denied,
  client: Pick<WireClient, 'clientId' | 'keyid'>,
  make: () => Promise<WireReply>,
): Promise<WireReply> {
  const before = { held: await held(on), entries: (await on.entries()).length };
  const reply = await make();
  expect({ code: reply.json['code'], text: reply.text }).toEqual({ code, text: reply.text });
  expect(await held(on)).toEqual(before.held);
  const entries = (await on.entries()).slice(before.entries).filter(({ kind }) => kind !== 'grant');
  expect(entries).toMatchObject([
    {
      auditId: reply.json['auditId'],
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      client: client.clientId,
      keyid: client.keyid,
      owner: expect.stringMatching(/^p_/),
      agent: expect.stringMatching(/-agent$/),
      decision: 'deny',
      outcome: 'refused',
      code,
      rules,
      decisionInput: { policy: expect.stringMatching(/^[a-z-]+@[0-9a-f]{12}$/), measured: expect.any(Object) },
      risk: { score: expect.any(Number), parts: expect.any(Array) },
    },
  ]);
  return reply;
}

/** Names of rules, limits and factors, and every number but those that are meant for the caller, stay inside. */
export function expectNothingTold({ json }: WireReply, inner: readonly string[]): void {
  const { auditId: _entry, status: _status, retryAfter, detail, ...rest } = json;
  const words = String(detail).replace(`${String(retryAfter)} s`, '');
  const told = JSON.stringify([words, rest]);
  for (const name of inner) expect(told).not.toContain(name);
  expect(told).not.toMatch(/\d/);
}

/** Refunds in EUR are released by policy, up to a daily sum in minor units of everybody whom `per` counts together. */
export const refundsUpTo = (maximum: number, per: string, exceeded = 'deny'): string =>
  `${policyWith(`  - id: small-refunds
    why: Small refunds are nobody's trouble.
    effect: allow
    when:
      tools: [commit_refund]
      arguments: [{ pointer: /currency, enum: [EUR] }]
`)}limits:
  - id: daily-sum
    why: No more than this is paid back in a day.
    when: { tools: [commit_refund] }
    per: ${per}
    window: 24h
    sum: /amount
    maximum: ${maximum}
    exceeded: ${exceeded}
${exceeded === 'deny' ? '' : '    approval: reviewer\n'}`;
