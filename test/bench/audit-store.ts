import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { TILE_WIDTH, tileWidth, type ReadTile } from '@narrow-deputies/transparency-log';
import {
  AuditService,
  CheckpointCopies,
  createLogger,
  Database,
  EntrySeal,
  migrate,
  readBundle,
  Sequencer,
  Settings,
  tileReader,
} from '@narrow-deputies/backend-mock/audit-log';
import { draftOf } from './audit-entries.ts';

const ENVIRONMENT = 'production';
const FILL_AT_ONCE = 5_000;

/** Microseconds for each entry. */
export interface AppendCost {
  /** Writing the entry and its payload, to the disk. */
  readonly write: number;
  /** Giving it its place, hashing it into the tree and signing the head. */
  readonly sequence: number;
}

/** A log of its own in a temporary folder. */
export class AuditStore {
  readonly database: Database;
  readonly #folder: string;
  readonly #audit = new AuditService(new Settings(ENVIRONMENT));
  readonly #sequencer: Sequencer;
  #count = 0;

  private constructor(folder: string, database: Database, key: KeyObject) {
    this.#folder = folder;
    this.database = database;
    this.#sequencer = new Sequencer({
      database,
      environment: ENVIRONMENT,
      key,
      copies: new CheckpointCopies(join(folder, 'checkpoints')),
      logger: createLogger('silent'),
    });
  }

  static async open(): Promise<AuditStore> {
    const folder = await mkdtemp(join(tmpdir(), 'deputies-bench-'));
    const key = generateKeyPairSync('ed25519').privateKey;
    const database = new Database({ location: join(folder, 'store.sqlite'), seal: EntrySeal.of(key) });
    await migrate(database);
    const store = new AuditStore(folder, database, key);
    await store.#sequencer.start();
    return store;
  }

  get size(): number {
    return this.#count;
  }

  /** Grows to a number of entries. */
  async fill(size: number): Promise<void> {
    while (this.#count < size) {
      await this.#write(Math.min(FILL_AT_ONCE, size - this.#count));
      await this.#sequencer.run();
    }
  }

  /** Writes so many entries, each in a transaction of its own as calls do, then sequences them. */
  async append(count: number): Promise<AppendCost> {
    const began = performance.now();
    for (let at = 0; at < count; at++) await this.#write(1);
    const written = performance.now();
    await this.#sequencer.run();
    const sequenced = performance.now();
    return { write: ((written - began) * 1000) / count, sequence: ((sequenced - written) * 1000) / count };
  }

  async #write(count: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      for (let at = 0; at < count; at++) {
        await this.#audit.record(tx, Date.UTC(2026, 10, 20) + this.#count * 40, draftOf(this.#count));
        this.#count += 1;
      }
    });
  }

  /** Reads tiles, and counts how many. */
  countingReader(): { readonly read: ReadTile; readonly reads: () => number } {
    let reads = 0;
    const read = tileReader(this.database.db);
    return {
      read: (level, index, width) => {
        reads += 1;
        return read(level, index, width);
      },
      reads: () => reads,
    };
  }

  async *bundles(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index * TILE_WIDTH < this.#count; index++) {
      const width = tileWidth(0, index, this.#count);
      const bundle = await readBundle(this.database.db, index, width);
      if (!bundle) throw new Error('A bundle is not there.');
      yield bundle;
    }
  }

  /** Bytes of the tree and of the entries that it is over. */
  async storage(): Promise<{ readonly tree: number; readonly entries: number }> {
    const { db } = this.database;
    const bytes = async (table: 'log_tiles' | 'log_checkpoints' | 'audit_entries', column: string): Promise<number> => {
      const sum = db.fn.sum<number>(db.fn('length', [db.dynamic.ref(column)]));
      return (await db.selectFrom(table).select(sum.as('bytes')).executeTakeFirstOrThrow()).bytes;
    };
    const tiles = await bytes('log_tiles', 'hashes');
    const heads = await bytes('log_checkpoints', 'note');
    const entries = await bytes('audit_entries', 'entry');
    return { tree: tiles + heads, entries };
  }

  async close(): Promise<void> {
    await this.#sequencer.stop();
    await this.database.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
