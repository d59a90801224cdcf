import type { Reader, Tx } from '../database/database.ts';
import type { Assurance, Evidence } from '../people/credential.ts';

export interface Approval {
  readonly id: string;
  readonly planId: string;
  readonly personId: string;
  readonly keyid: string;
  readonly decision: 'approve' | 'reject';
  readonly reason: string | null;
  readonly assurance: Assurance;
  readonly evidence: Evidence;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** @returns false when this person has decided on this plan before. */
export async function insertApproval(tx: Tx, approval: Approval): Promise<boolean> {
  const row = await tx
    .insertInto('approvals')
    .values({
      id: approval.id,
      plan_id: approval.planId,
      person_id: approval.personId,
      keyid: approval.keyid,
      decision: approval.decision,
      reason: approval.reason,
      assurance: approval.assurance,
      evidence: JSON.stringify(approval.evidence),
      created_at: approval.createdAt,
    })
    .onConflict((conflict) => conflict.columns(['plan_id', 'person_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function approvalsOf(tx: Reader, planId: string): Promise<Approval[]> {
  const rows = await tx
    .selectFrom('approvals')
    .selectAll()
    .where('plan_id', '=', planId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    planId: row.plan_id,
    personId: row.person_id,
    keyid: row.keyid,
    decision: row.decision,
    reason: row.reason,
    assurance: row.assurance,
    evidence: JSON.parse(row.evidence) as Evidence,
    createdAt: row.created_at,
  }));
}
