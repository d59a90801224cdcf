import type { AuditEntry } from '../../audit/entry.ts';
import { Refusal } from '../../common/refusal.ts';
import type { Tx } from '../../database/database.ts';
import { findActivePolicy, type StoredPolicy } from '../../policy/policies-repository.ts';

/** One time that a policy became active. */
export interface Activation {
  /** `sha-256:<hex>`. */
  readonly digest: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Person who signed. */
  readonly by: string | null;
  /** Where nobody did, why it became active all the same: `first-start`, `changed-file`. */
  readonly because: string | null;
}

/** The newest first. */
export async function listActivations(tx: Tx, environment: string, most: number): Promise<Activation[]> {
  const rows = await tx
    .selectFrom('policies')
    .leftJoin('audit_entries', 'audit_entries.audit_id', 'policies.audit_id')
    .select(['policies.digest', 'policies.name', 'activated_by', 'activated_at', 'entry'])
    .where('environment', '=', environment)
    .orderBy('policies.position', 'desc')
    .limit(most)
    .execute();
  return rows.map(({ digest, name, activated_by: by, activated_at: at, entry }) => ({
    digest,
    name,
    at,
    by,
    because: by === null && entry !== null ? ((JSON.parse(entry) as AuditEntry).rules[0] ?? null) : null,
  }));
}

/** The active policy; undefined where its row was changed by hand, which activating a policy puts right. */
export async function findReadable(tx: Tx, environment: string): Promise<StoredPolicy | undefined> {
  try {
    return await findActivePolicy(tx, environment);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
