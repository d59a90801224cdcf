import { TEST_SEAL } from '../../backend-mock/test/support/log-key.ts';
import type { Lab } from './lab.ts';

const HOUR_MS = 3_600_000;

/** Columns that differ in the copy of a plan. */
export interface AlteredPlan {
  readonly environment?: string;
  readonly state?: 'pending_approval' | 'released' | 'committed';
  readonly receipt?: string;
}

/** The column that differs in any other copy. */
export type Altered = Pick<AlteredPlan, 'environment'>;

/** Registers in one store a token of another, as an operator could who may write to both. */
export async function plantToken(from: Lab, to: Lab, keyid: string, altered: Altered = {}): Promise<void> {
  const row = await from.backend.database.db
    .selectFrom('api_tokens')
    .selectAll()
    .where('keyid', '=', keyid)
    .executeTakeFirstOrThrow();
  const { db } = to.backend.database;
  const owner = await db.selectFrom('people').select('id').where('name', '=', 'owner').executeTakeFirstOrThrow();
  const { environment = row.environment } = altered;
  await db.deleteFrom('api_tokens').where('keyid', '=', keyid).execute();
  await db.deleteFrom('clients').where('client_id', '=', row.client_id).execute();
  await db
    .insertInto('clients')
    .values({ client_id: row.client_id, owner_id: owner.id, agent: row.agent, created_at: 1 })
    .execute();
  await db
    .insertInto('api_tokens')
    .values({ ...row, owner_id: owner.id, environment })
    .execute();
}

/** Makes one backend know the keys that another signs its grants with. */
export async function plantGrantKeys(from: Lab, to: Lab): Promise<void> {
  const keys = await from.backend.database.db.selectFrom('grant_keys').selectAll().execute();
  const { db } = to.backend.database;
  for (const key of keys) {
    await db
      .insertInto('grant_keys')
      .values(key)
      .onConflict((conflict) => conflict.column('kid').doNothing())
      .execute();
  }
}

/** Copies a plan with everything that it carries. */
export async function plantPlan(from: Lab, to: Lab, planId: string, altered: AlteredPlan = {}): Promise<void> {
  const { db } = from.backend.database;
  const row = await db.selectFrom('plans').selectAll().where('id', '=', planId).executeTakeFirstOrThrow();
  const contents = await db.selectFrom('plan_contents').selectAll().where('plan_id', '=', planId).execute();
  const target = to.backend.database.db;
  await target.deleteFrom('approvals').where('plan_id', '=', planId).execute();
  await target.deleteFrom('plan_contents').where('plan_id', '=', planId).execute();
  await target.deleteFrom('plans').where('id', '=', planId).execute();
  await target
    .insertInto('plans')
    .values({ ...row, ...altered })
    .execute();
  for (const content of contents) await target.insertInto('plan_contents').values(content).execute();
}

/** Copies every approval of a plan. */
export async function plantApprovals(from: Lab, to: Lab, planId: string): Promise<void> {
  const { db } = from.backend.database;
  const rows = await db.selectFrom('approvals').selectAll().where('plan_id', '=', planId).execute();
  for (const row of rows) await to.backend.database.db.insertInto('approvals').values(row).execute();
}

/** Makes somebody's key file one that a store knows, as that of one person. */
export async function plantPersonKey(to: Lab, personId: string, key: { keyid: string; x: string }): Promise<void> {
  const { db } = to.backend.database;
  await db
    .insertInto('person_keys')
    .values({
      keyid: key.keyid,
      person_id: personId,
      public_x: key.x,
      assurance: 'simulated',
      state: 'active',
      created_at: 1,
    })
    .onConflict((conflict) => conflict.column('keyid').doNothing())
    .execute();
}

/** Makes one console believe that it asked for what another one asked for. */
export async function plantChallenge(from: Lab, to: Lab, nonce: string): Promise<string> {
  const { db } = from.backend.database;
  const row = await db.selectFrom('challenges').selectAll().where('nonce', '=', nonce).executeTakeFirstOrThrow();
  await to.backend.database.db.insertInto('challenges').values(row).execute();
  return row.bound;
}

export interface PlantedApproval {
  readonly planId: string;
  readonly personId: string;
  readonly keyid: string;
  readonly assurance: 'simulated' | 'passkey';
  readonly evidence: unknown;
}

/** Writes an approval as if its person had decided here, and releases the plan. */
export async function plantApproval(to: Lab, approval: PlantedApproval): Promise<void> {
  const { db } = to.backend.database;
  const { planId, personId, keyid, assurance } = approval;
  await db
    .insertInto('approvals')
    .values({
      id: `planted-${planId}`,
      plan_id: planId,
      person_id: personId,
      keyid,
      decision: 'approve',
      reason: null,
      assurance,
      evidence: JSON.stringify(approval.evidence),
      created_at: 1,
    })
    .execute();
  await db.updateTable('plans').set({ state: 'released' }).where('id', '=', planId).execute();
}

/** Copies the active policy, behind every one that is there, with the seal of the key that all these places have. */
export async function plantPolicy(from: Lab, to: Lab, altered: Altered = {}): Promise<void> {
  const { db } = from.backend.database;
  const { position: _position, ...active } = await db
    .selectFrom('policies')
    .selectAll()
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  const row = { ...active, ...altered, activated_at: Date.now() + HOUR_MS };
  const { digest, environment, name, activated_by, activated_at, audit_id } = row;
  const mac = TEST_SEAL.policy({ digest, environment, name, activated_by, activated_at, audit_id });
  await to.backend.database.db
    .insertInto('policies')
    .values({ ...row, mac })
    .execute();
}

/** Copies every task. */
export async function plantTasks(from: Lab, to: Lab): Promise<void> {
  const rows = await from.backend.database.db.selectFrom('tasks').selectAll().execute();
  await to.backend.database.db.deleteFrom('tasks').execute();
  for (const row of rows) await to.backend.database.db.insertInto('tasks').values(row).execute();
}
