import { sameBytes, TILE_WIDTH } from '@narrow-deputies/transparency-log';
import type { Database, Reader } from '../database/database.ts';
import type { Lane, Written } from '../writers/lanes.ts';
import { tileReader } from './log-repository.ts';

const HASH_BYTES = 32;

/** An entry that this process wrote and that is neither in the log nor waiting for its place. */
export interface LostEntry extends Written {
  readonly writer: string;
}

type Found = 'placed' | 'waiting' | 'refused' | 'lost';

/**
 * Looks after what this process has written: the last entry of each of its lanes has to come to its place in the tree. Those
 * before it are the sequencer's to miss.
 */
export class OwnEntries {
  readonly #database: Database;
  /** The entry of each lane that is being waited for. */
  readonly #awaited = new Map<Lane, Written>();
  readonly #settled = new Map<Lane, number>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** @returns each lost entry once. */
  async look(): Promise<LostEntry[]> {
    const { lanes } = this.#database.writer ?? {};
    const lost: LostEntry[] = [];
    for (const lane of lanes?.used ?? []) {
      const awaited = this.#awaited.get(lane) ?? lane.last;
      if (!awaited || awaited.number <= (this.#settled.get(lane) ?? 0)) continue;
      this.#awaited.set(lane, awaited);
      const found = await find(this.#database.db, awaited);
      if (found === 'waiting') continue;
      if (found === 'lost') lost.push({ ...awaited, writer: lane.id });
      this.#awaited.delete(lane);
      this.#settled.set(lane, awaited.number);
      if (lane.last === awaited && lanes?.forget(lane)) this.#settled.delete(lane);
    }
    return lost;
  }
}

/** By the hashes that are signed, and not by what the row says of itself. */
async function find(db: Reader, { auditId, leaf }: Written): Promise<Found> {
  const row = await db
    .selectFrom('audit_entries')
    .select(['log_index', 'refused'])
    .where('audit_id', '=', auditId)
    .executeTakeFirst();
  if (!row) return 'lost';
  if (row.refused !== null) return 'refused';
  if (row.log_index === null) return 'waiting';
  const at = row.log_index % TILE_WIDTH;
  const tile = row.log_index < 0 ? undefined : await tileReader(db)(0, Math.floor(row.log_index / TILE_WIDTH), at + 1);
  return tile && sameBytes(tile.subarray(at * HASH_BYTES), leaf) ? 'placed' : 'lost';
}
