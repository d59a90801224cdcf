import type { PolicyText } from '@narrow-deputies/policy';
import { canonicalize, sha256Hex } from '@narrow-deputies/signing';
import { sql, type RawBuilder } from 'kysely';
import { Refusal } from '../common/refusal.ts';
import type { Tx } from '../database/database.ts';
import { turnOf } from '../writers/turn.ts';
import { isProven, type ActivePolicyRow } from './policy-proof.ts';

/** A policy as it was activated. */
export interface StoredPolicy {
  /** `sha-256:<hex>` over `content`. */
  readonly digest: string;
  readonly name: string;
  readonly text: PolicyText;
  /** Person; null where nobody signed for it. */
  readonly activatedBy: string | null;
  /** Milliseconds since the epoch. */
  readonly activatedAt: number;
}

/** One that is active: as long as the store says the same mark, nothing about it has changed. */
export interface FoundPolicy extends StoredPolicy {
  readonly mark: string;
}

/** Nothing is decided, and nothing done. @param why for the log of the process. */
export const unreadablePolicy = (why: string): Refusal =>
  new Refusal(
    'unavailable',
    { detail: 'What is allowed cannot be read, so that nothing is. An administrator has to activate a policy.' },
    { internal: `no call can be decided by the active policy: ${why}` },
  );

export const contentOf = ({ file, policy, packs }: PolicyText): string => canonicalize({ file, policy, packs });
export const digestOfPolicy = (text: PolicyText): string => `sha-256:${sha256Hex(contentOf(text))}`;

/** Scalar subquery: the mark of the policy that is active now. */
export const activeMark = (environment: string): RawBuilder<string | null> =>
  sql`(select digest || ' ' || coalesce(mac, '') from policies
    where environment = ${environment} order by position desc limit 1)`;

/** With the newest entry that says what was activated, all as it was at one moment. */
async function activeRow(tx: Tx, environment: string): Promise<ActivePolicyRow | undefined> {
  const newest = sql`from audit_entries where tool in ('policy.activate', 'people.activate_policy')
    and outcome = 'succeeded' and refused is null order by position desc limit 1`;
  const { rows } = await sql<ActivePolicyRow>`
    select policies.*, (select entry ${newest}) as activation, (select mac ${newest}) as activation_mac
    from policies where environment = ${environment} order by position desc limit 1`.execute(tx);
  return rows[0];
}

const isIntact = (tx: Tx, row: ActivePolicyRow): boolean => isProven(turnOf(tx).seal, row);

/**
 * What is active, whether it can be read or not.
 *
 * @returns undefined before the first activation.
 */
export async function findActiveDigest(
  tx: Tx,
  environment: string,
): Promise<{ digest: string; intact: boolean } | undefined> {
  const row = await activeRow(tx, environment);
  return row && { digest: row.digest, intact: isIntact(tx, row) };
}

/**
 * @returns undefined before the first activation.
 * @throws Refusal `unavailable` for a row that was changed by hand: nothing is decided by it, until an administrator
 * activates a policy again.
 */
export async function findActivePolicy(tx: Tx, environment: string): Promise<FoundPolicy | undefined> {
  const row = await activeRow(tx, environment);
  if (!row) return undefined;
  if (!isIntact(tx, row)) throw unreadablePolicy('it is not as it was stored: the store was changed by hand');
  const text = JSON.parse(row.content) as PolicyText;
  const { digest, name } = row;
  const mark = `${digest} ${row.mac ?? ''}`;
  return { digest, name, text, activatedBy: row.activated_by, activatedAt: row.activated_at, mark };
}

export async function insertPolicy(
  tx: Tx,
  environment: string,
  policy: StoredPolicy & { readonly auditId: string },
): Promise<void> {
  const row = {
    digest: policy.digest,
    environment,
    name: policy.name,
    activated_by: policy.activatedBy,
    activated_at: policy.activatedAt,
    audit_id: policy.auditId,
  };
  const mac = turnOf(tx).seal.policy(row);
  await tx
    .insertInto('policies')
    .values({ ...row, content: contentOf(policy.text), mac })
    .execute();
}

/** Waits for whoever else activates a policy in this store, until the transaction ends. */
export async function lockPolicies(tx: Tx): Promise<void> {
  await tx
    .updateTable('settings')
    .set((eb) => ({ value: eb.ref('value') }))
    .where('name', '=', 'environment')
    .execute();
}

/** @returns digest of the policy that became active from a file without a signature, the last time. */
export async function lastFile(tx: Tx, environment: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('policies')
    .select('digest')
    .where('environment', '=', environment)
    .where('activated_by', 'is', null)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.digest;
}
