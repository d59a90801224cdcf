import type { PolicyText } from '@narrow-deputies/policy';
import { canonicalize, sha256Hex } from '@narrow-deputies/signing';
import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../database/database.ts';

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

export const contentOf = ({ file, policy, packs }: PolicyText): string => canonicalize({ file, policy, packs });
export const digestOfPolicy = (text: PolicyText): string => `sha-256:${sha256Hex(contentOf(text))}`;

/** Scalar subquery: digest of the policy that is active now. */
export const activeDigest = (environment: string): RawBuilder<string | null> =>
  sql`(select digest from policies where environment = ${environment} order by position desc limit 1)`;

/** @returns undefined before the first activation. */
export async function findActivePolicy(tx: Tx, environment: string): Promise<StoredPolicy | undefined> {
  const row = await tx
    .selectFrom('policies')
    .selectAll()
    .where('environment', '=', environment)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return undefined;
  // A row that was changed by hand is no policy: nothing is decided by it.
  if (row.digest !== `sha-256:${sha256Hex(row.content)}`) {
    throw new Error('The active policy is not as it was stored: the store was changed by hand.');
  }
  const text = JSON.parse(row.content) as PolicyText;
  return { digest: row.digest, name: row.name, text, activatedBy: row.activated_by, activatedAt: row.activated_at };
}

export async function insertPolicy(
  tx: Tx,
  environment: string,
  policy: StoredPolicy & { readonly auditId: string },
): Promise<void> {
  await tx
    .insertInto('policies')
    .values({
      digest: policy.digest,
      environment,
      name: policy.name,
      content: contentOf(policy.text),
      activated_by: policy.activatedBy,
      activated_at: policy.activatedAt,
      audit_id: policy.auditId,
    })
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
