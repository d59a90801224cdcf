import type { JsonObject, Risk } from '@narrow-deputies/contracts';
import type { Tx } from '../../database/database.ts';
import { OPEN_STATES } from '../../plans/plan-state.ts';
import { OVER, type HistoryFilter, type Over } from './history-filter.ts';

/** What somebody decided on a plan. */
export interface PastDecision {
  readonly name: string;
  readonly decision: 'approve' | 'reject';
  readonly reason: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A plan whose life is over. Times in milliseconds since the epoch. */
export interface PastPlan {
  readonly id: string;
  readonly tool: string;
  readonly clientId: string;
  readonly state: Over;
  readonly preview: JsonObject;
  readonly risk: Risk;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly committedAt: number | null;
  /** In the order in which they were made. */
  readonly decisions: readonly PastDecision[];
}

const COLUMNS = [
  'id',
  'commit_tool',
  'client_id',
  'state',
  'preview',
  'risk',
  'created_at',
  'expires_at',
  'committed_at',
] as const;

/** Plans that are over, the newest first. One whose time has passed counts as expired before anybody wrote it down. */
export async function searchPast(tx: Tx, filter: HistoryFilter, now: number, limit: number): Promise<PastPlan[]> {
  const { state, before } = filter;
  const rows = await tx
    .selectFrom('plans')
    .select(COLUMNS)
    .where((where) => {
      const written = where('state', 'in', state === undefined ? OVER : [state]);
      const unwritten = where.and([where('state', 'in', OPEN_STATES), where('expires_at', '<=', now)]);
      return state === undefined || state === 'expired' ? where.or([written, unwritten]) : written;
    })
    .$if(before !== undefined, (query) =>
      query.where((where) =>
        where(where.refTuple('created_at', 'id'), '<', where.tuple(before?.createdAt ?? 0, before?.id ?? '')),
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  const decisions = await decisionsOn(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({
    id: row.id,
    tool: row.commit_tool,
    clientId: row.client_id,
    state: OVER.find((over) => over === row.state) ?? 'expired',
    preview: JSON.parse(row.preview) as JsonObject,
    risk: JSON.parse(row.risk) as Risk,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    committedAt: row.committed_at,
    decisions: decisions.get(row.id) ?? [],
  }));
}

async function decisionsOn(tx: Tx, planIds: readonly string[]): Promise<Map<string, PastDecision[]>> {
  if (planIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('approvals')
    .innerJoin('people', 'people.id', 'approvals.person_id')
    .select(['plan_id', 'people.name', 'decision', 'reason', 'approvals.created_at as at'])
    .where('plan_id', 'in', planIds)
    .orderBy('approvals.created_at')
    .orderBy('approvals.id')
    .execute();
  const groups = Map.groupBy(rows, ({ plan_id: planId }) => planId);
  return new Map(
    [...groups].map(([planId, group]) => [
      planId,
      group.map(({ name, decision, reason, at }) => ({ name, decision, reason, at })),
    ]),
  );
}
