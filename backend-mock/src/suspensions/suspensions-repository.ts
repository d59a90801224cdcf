import { sql, type Selectable } from 'kysely';
import type { Reader, Tx } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import type { Suspension, SuspensionKind } from './suspension.ts';

const toSuspension = (row: Selectable<Tables['suspensions']>): Suspension => ({
  id: row.id,
  kind: row.kind,
  target: row.target,
  reason: row.reason,
  suspendedBy: row.suspended_by,
  suspendedAt: row.suspended_at,
});

const active = (tx: Reader) => tx.selectFrom('suspensions').selectAll().where('resumed_at', 'is', null);

/** What stands, oldest first. */
export async function listSuspensions(tx: Reader): Promise<Suspension[]> {
  return (await active(tx).orderBy('suspended_at').orderBy('id').execute()).map(toSuspension);
}

/** Whose call it is, and of what; a grant is asked for without a tool. */
export interface Concerned {
  readonly keyid: string;
  readonly agent: string;
  readonly tool?: string;
}

/** The stop that a call meets, if any; one statement, in the call's own transaction. */
export async function findSuspension(tx: Tx, { keyid, agent, tool }: Concerned): Promise<Suspension | undefined> {
  // Written out: this runs for every call, and building the statement would cost more than running it.
  const { rows } = await sql<Selectable<Tables['suspensions']>>`
    select * from suspensions where resumed_at is null and (
      kind = 'everything' or (kind = 'token' and target = ${keyid}) or (kind = 'agent' and target = ${agent})
      or (kind = 'tool' and target = ${tool ?? ''}))
    order by suspended_at limit 1`.execute(tx);
  return rows[0] && toSuspension(rows[0]);
}

/** @returns the stop that stands now: this one, or one of the same thing that stood before. */
export async function insertSuspension(tx: Tx, suspension: Suspension): Promise<Suspension> {
  await tx
    .insertInto('suspensions')
    .values({
      id: suspension.id,
      kind: suspension.kind,
      target: suspension.target,
      reason: suspension.reason,
      suspended_by: suspension.suspendedBy,
      suspended_at: suspension.suspendedAt,
      resumed_by: null,
      resumed_at: null,
      resume_reason: null,
    })
    .onConflict((conflict) => conflict.columns(['kind', 'target']).where('resumed_at', 'is', null).doNothing())
    .execute();
  const row = await active(tx)
    .where('kind', '=', suspension.kind)
    .where('target', '=', suspension.target)
    .executeTakeFirstOrThrow();
  return toSuspension(row);
}

/** When a credential that was stopped by itself was last resumed, in milliseconds; null for never. */
export async function lastResumed(tx: Tx, keyid: string): Promise<number | null> {
  const row = await tx
    .selectFrom('suspensions')
    .select((eb) => eb.fn.max('resumed_at').as('at'))
    .where('kind', '=', 'token')
    .where('target', '=', keyid)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** @returns undefined when no such stop stands. */
export async function resumeSuspension(
  tx: Tx,
  id: string,
  by: { readonly person: string; readonly at: number; readonly reason: string },
): Promise<{ kind: SuspensionKind; target: string } | undefined> {
  return tx
    .updateTable('suspensions')
    .set({ resumed_by: by.person, resumed_at: by.at, resume_reason: by.reason })
    .where('id', '=', id)
    .where('resumed_at', 'is', null)
    .returning(['kind', 'target'])
    .executeTakeFirst();
}
