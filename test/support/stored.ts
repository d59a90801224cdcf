import type { JsonObject } from '@narrow-deputies/contracts';
import type { Lab } from './lab.ts';

/** What the store holds of one plan and of what it was to do. */
export interface Stored {
  readonly state: string;
  readonly receipt: JsonObject | null;
  /** Articles under the address that the plan names. */
  readonly articles: number;
  readonly approvals: number;
  /** Entries of commits that had their effect, first and repeated ones apart. */
  readonly effects: number;
}

/** @throws Error when there is no such plan. */
export async function storedOf(lab: Lab, planId: string): Promise<Stored> {
  const { db } = lab.backend.database;
  const plan = await db.selectFrom('plans').selectAll().where('id', '=', planId).executeTakeFirstOrThrow();
  const resources = JSON.parse(plan.resources) as { id: string }[];
  const slugs = resources.map(({ id }) => id);
  const articles = await db.selectFrom('articles').select('id').where('id', 'in', slugs).execute();
  const approvals = await db.selectFrom('approvals').select('id').where('plan_id', '=', planId).execute();
  const effects = (await entriesAbout(lab, planId)).filter(
    (entry) => entry['kind'] === 'commit' && entry['outcome'] === 'succeeded' && entry['repeated'] === false,
  );
  return {
    state: plan.state,
    receipt: plan.receipt === null ? null : (JSON.parse(plan.receipt) as JsonObject),
    articles: articles.length,
    approvals: approvals.length,
    effects: effects.length,
  };
}

/** Entries about one plan, in the order in which they were written. */
export const entriesAbout = async (lab: Lab, planId: string): Promise<JsonObject[]> =>
  (await lab.entries()).filter((entry) => entry['plan'] === planId);

/** How many rows each table has that a call could write to. */
export async function rowCounts(lab: Lab): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of WRITTEN) {
    const row = await lab.backend.database.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    counts[table] = Number(row.count);
  }
  return counts;
}

const WRITTEN = [
  'people',
  'person_keys',
  'passkeys',
  'invitations',
  'challenges',
  'suspensions',
  'tasks',
  'api_tokens',
  'nonces',
  'limits',
  'idempotency',
  'plans',
  'plan_contents',
  'approvals',
  'audit_entries',
  'audit_payloads',
  'articles',
  'customers',
  'orders',
  'tickets',
  'ticket_messages',
  'refunds',
  'exports',
  'sequences',
] as const;
