import { leafHash, sameBytes, TILE_WIDTH } from '@narrow-deputies/transparency-log';
import { sql } from 'kysely';
import { AuditService } from '../audit/audit.service.ts';
import { currentTime } from '../common/clock.ts';
import { Settings } from '../common/settings.ts';
import type { Database, Tx } from '../database/database.ts';
import { claimOf } from '../writers/sealed-entry.ts';
import { turnOf } from '../writers/turn.ts';
import { entryAt, lockLog, newestCheckpoint, tileReader } from './log-repository.ts';

const BATCH = 500;
const HASH_BYTES = 32;

/**
 * Takes over what a store holds from before entries had writers, once: entries that wait for their place, and the active
 * policy. It is the first entry of the new kind, and impossible after that: what has no writer then is refused.
 *
 * @returns how many entries were waiting; undefined where there was nothing to take over.
 */
export function adoptEntries(database: Database, environment: string): Promise<number | undefined> {
  return database.transaction(async (tx) => {
    if (!(await isOfOldVersion(tx))) return undefined;
    await lockLog(tx);
    if (!(await isOfOldVersion(tx))) return undefined;
    const waiting = await adoptWaiting(tx);
    const policy = await adoptPolicy(tx, environment);
    const now = await currentTime(database, tx);
    await new AuditService(new Settings(environment)).record(tx, now, {
      tool: 'log.adopt_entries',
      kind: 'system',
      outcome: 'succeeded',
      decision: 'allow',
      rules: ['first-writer'],
      details: { entries: waiting, policy },
    });
    return waiting;
  });
}

/** Whether there are entries, and none of them says who wrote it: by the signed tree, not by what rows say of themselves. */
async function isOfOldVersion(tx: Tx): Promise<boolean> {
  const any = await tx.selectFrom('audit_entries').select('position').limit(1).executeTakeFirst();
  const sealed = await tx
    .selectFrom('audit_entries')
    .select('position')
    .where((where) => where.or([where('mac', 'is not', null), where('refused', 'is not', null)]))
    .limit(1)
    .executeTakeFirst();
  if (!any || sealed) return false;
  const { size } = (await newestCheckpoint(tx)) ?? { size: 0 };
  if (size === 0) return true;
  const [last, at] = [size - 1, (size - 1) % TILE_WIDTH];
  const entry = await entryAt(tx, last);
  const tile = await tileReader(tx)(0, Math.floor(last / TILE_WIDTH), at + 1);
  if (entry === undefined || !tile) return false;
  const isLogged = sameBytes(leafHash(Buffer.from(entry)), tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
  return isLogged && claimOf(entry)?.writer === undefined;
}

async function adoptWaiting(tx: Tx): Promise<number> {
  const { seal } = turnOf(tx);
  let count = 0;
  for (let after = 0; ;) {
    const rows = await tx
      .selectFrom('audit_entries')
      .select(['position', 'entry'])
      .where('log_index', 'is', null)
      .where('position', '>', after)
      .orderBy('position')
      .limit(BATCH)
      .execute();
    for (const { position, entry } of rows) {
      const mac = seal.adopted(Buffer.from(entry));
      await tx.updateTable('audit_entries').set({ mac }).where('position', '=', position).execute();
    }
    count += rows.length;
    const last = rows.at(-1);
    if (!last) return count;
    after = last.position;
  }
}

/** @returns the digest of the policy that is active, and stays so. */
async function adoptPolicy(tx: Tx, environment: string): Promise<string | null> {
  const { seal } = turnOf(tx);
  const newest = await tx
    .selectFrom('audit_entries')
    .select(['position', 'entry'])
    .where('tool', 'in', ['policy.activate', 'people.activate_policy'])
    .where('outcome', '=', 'succeeded')
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (newest) {
    const mac = seal.adopted(Buffer.from(newest.entry));
    await tx.updateTable('audit_entries').set({ mac }).where('position', '=', newest.position).execute();
  }
  const row = await tx
    .selectFrom('policies')
    .selectAll()
    .where('environment', '=', environment)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const { position, digest, name, activated_by, activated_at, audit_id } = row;
  const mac = seal.policy({ digest, environment, name, activated_by, activated_at, audit_id });
  await sql`update policies set mac = ${mac} where position = ${position}`.execute(tx);
  return digest;
}
