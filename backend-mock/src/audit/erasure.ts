import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../database/database.ts';
import { erasePayloads, type Erased } from './payloads-repository.ts';

/** Whose payloads: a person's by pseudonymous id, a customer's, those about one plan, or that of one entry. */
export const ERASURE_SUBJECTS = ['person', 'customer', 'plan', 'entry'] as const;
export interface ErasureSubject {
  readonly of: (typeof ERASURE_SUBJECTS)[number];
  readonly id: string;
}

/** Why earlier erasures were made stays until somebody names the very entry. */
const ERASING = 'people.erase_payloads';

/** Payloads that one act deletes at most; nobody's call waits long for it. */
export const ERASED_AT_ONCE = 5_000;

export interface Erasure {
  readonly payloads: Erased;
  /** Plans that lost their content: over, and without an effect. */
  readonly plans: number;
  /** Exported files that lost their content, whether or not somebody had fetched them. */
  readonly exports: number;
  /** Plans that are open and keep theirs until they are over. */
  readonly openPlans: number;
  /** Whether more is left: then the same is asked for again. */
  readonly more: boolean;
}

/**
 * Deletes payloads, salts, exported files and the content of plans that never had an effect; what other tables say of a person
 * stands in database/about-people.ts. The plan of an effect stays: it is what people
 * saw and signed, without which nobody could check that they did.
 *
 * @returns undefined where there is no such subject.
 */
export async function erase(tx: Tx, now: number, subject: ErasureSubject): Promise<Erasure | undefined> {
  if (!(await exists(tx, subject))) return undefined;
  const { rows } = await sql<{ audit_id: string }>`
    select entry.audit_id from (${positionsOf(subject)}) as subject
    join audit_entries as entry on entry.position = subject.position
    join audit_payloads as payload on payload.audit_id = entry.audit_id
    ${subject.of === 'entry' ? sql`` : sql`where entry.tool <> ${ERASING}`}
    order by entry.position limit ${sql.lit(ERASED_AT_ONCE + 1)}`.execute(tx);
  const auditIds = rows.slice(0, ERASED_AT_ONCE).map((row) => row.audit_id);
  // Before the payloads go: plans are found by entries, which stay.
  const plans = await erasePlans(tx, now, subject);
  const exports = await eraseExports(tx, subject);
  return { payloads: await erasePayloads(tx, auditIds), ...plans, exports, more: rows.length > ERASED_AT_ONCE };
}

/** Positions of the entries that say something about the subject, or that it caused. */
function positionsOf({ of, id }: ErasureSubject): RawBuilder<unknown> {
  switch (of) {
    case 'person':
      return sql`
        select position from audit_entries where owner_id = ${id}
        union select position from audit_names where kind = 'person' and name = ${id}
        union select position from audit_names where kind = 'invitation' and name in (${invitationsOf(id)})`;
    case 'customer':
      return sql`${namingRecords(id)}
        union select position from audit_entries where plan_id in (
          select entry.plan_id from (${namingRecords(id)}) as named
          join audit_entries as entry on entry.position = named.position where entry.plan_id is not null)`;
    case 'plan':
      return sql`select position from audit_entries where plan_id = ${id}`;
    case 'entry':
      return sql`select position from audit_entries where audit_id = ${id}`;
  }
}

/** Links that somebody came by: whoever invited them wrote their name. */
const invitationsOf = (personId: string): RawBuilder<unknown> =>
  sql`select invitation_id from passkeys where person_id = ${personId}
    union select id from invitations where person_id = ${personId}`;

const namingRecords = (customerId: string): RawBuilder<unknown> =>
  sql`select distinct position from audit_names where kind = 'resource' and name in (${recordsOf(customerId)})`;

/** A customer, and the tickets and orders that are theirs. */
const recordsOf = (customerId: string): RawBuilder<unknown> => sql`select cast(${`customer:${customerId}`} as text)
  union select 'ticket:' || id from tickets where customer_id = ${customerId}
  union select 'order:' || id from orders where customer_id = ${customerId}`;

async function exists(tx: Tx, subject: ErasureSubject): Promise<boolean> {
  const { of, id } = subject;
  const found = {
    person: sql`select 1 as one from people where id = ${id}`,
    customer: sql`select 1 as one from customers where id = ${id}
      union select 1 from audit_names where kind = 'resource' and name = ${`customer:${id}`}`,
    plan: sql`select 1 as one from plans where id = ${id}`,
    entry: sql`select 1 as one from audit_entries where audit_id = ${id}`,
  } as const;
  const { rows } = await sql`select 1 from (${found[of]}) as found limit 1`.execute(tx);
  return rows.length > 0;
}

/** The subject's plans: those of their own agents, or those that entries about it belong to. */
function plansOf(subject: ErasureSubject): RawBuilder<unknown> {
  const { of, id } = subject;
  if (of === 'person') return sql`select id from plans where owner_id = ${id}`;
  if (of === 'plan') return sql`select cast(${id} as text)`;
  return sql`select entry.plan_id from (${positionsOf(subject)}) as subject
    join audit_entries as entry on entry.position = subject.position where entry.plan_id is not null`;
}

/** Files that hold rows about the subject, or were made for it: they are copies, and no evidence. */
async function eraseExports(tx: Tx, subject: ErasureSubject): Promise<number> {
  const { rows } = await sql`
    update exports set content = null where content is not null
    and (plan_id in (${plansOf(subject)}) ${subject.of === 'person' ? sql`or owner_id = ${subject.id}` : sql``})
    returning id`.execute(tx);
  return rows.length;
}

async function erasePlans(tx: Tx, now: number, subject: ErasureSubject): Promise<{ plans: number; openPlans: number }> {
  const { rows: plans } = await sql<{ id: string; is_open: number }>`
    select id, case when state in ('planned', 'pending_approval', 'released') and expires_at > ${now} then 1 else 0 end
      as is_open
    from plans where id in (${plansOf(subject)}) and state <> 'committed' and erased_at is null
    order by id limit ${sql.lit(ERASED_AT_ONCE)}`.execute(tx);
  const over = plans.filter((plan) => plan.is_open === 0).map(({ id }) => id);
  const openPlans = plans.length - over.length;
  if (over.length === 0) return { plans: 0, openPlans };
  // Looked at again: a commit that began before the plan expired may have been under way.
  const erased = await tx
    .updateTable('plans')
    .set({ arguments: '{}', preview: '{}', digest_input: '', erased_at: now })
    .where('id', 'in', over)
    .where('state', '!=', 'committed')
    .returning('id')
    .execute();
  const ids = erased.map(({ id }) => id);
  if (ids.length > 0) await tx.deleteFrom('plan_contents').where('plan_id', 'in', ids).execute();
  return { plans: ids.length, openPlans };
}
