import type { KeyObject } from 'node:crypto';
import {
  appendLeaves,
  emptyRoot,
  leafHash,
  signCheckpoint,
  verifierOf,
  type NoteSigner,
  type TreeHead,
} from '@narrow-deputies/transparency-log';
import { AuditService } from '../audit/audit.service.ts';
import type { Logger } from '../common/logger.ts';
import { Settings } from '../common/settings.ts';
import type { Database, Tx } from '../database/database.ts';
import { EntrySeal } from '../writers/entry-seal.ts';
import { claimOf } from '../writers/sealed-entry.ts';
import { admit, readRows, writersOf, type Admission } from './admission.ts';
import type { CheckpointCopies } from './checkpoint-copies.ts';
import { findBreak, HOW_TO_GO_ON, recordAcceptance } from './continuation.ts';
import { logSigner } from './log-identity.ts';
import { recordRefusals } from './refusals.ts';
import {
  entryAt,
  giveIndexes,
  insertCheckpoint,
  lockLog,
  newestCheckpoint,
  refuseRows,
  setWriterNumbers,
  tileReader,
  unsequenced,
  writerNumbers,
  writeTiles,
  type StoredCheckpoint,
} from './log-repository.ts';

/** An entry has its place within two seconds: this, twice, and the time that a batch takes. */
const EVERY_MS = 400;
const BATCH = 1000;

export interface SequencerOptions {
  readonly database: Database;
  readonly environment: string;
  readonly key: KeyObject;
  readonly copies: CheckpointCopies;
  readonly logger: Logger;
  /** Who says that a store which does not go on from the copies outside is to be signed all the same. */
  readonly acceptRestored?: string | undefined;
}

/** What one batch came to. */
interface Batch {
  readonly admission: Admission;
  /** Undefined where no row was admitted. */
  readonly checkpoint: StoredCheckpoint | undefined;
}

/**
 * Gives entries their places in the log, off the way of calls: batch after batch, each one transaction with its tiles and
 * its signed checkpoint, one replica at a time. It never signs two histories: what it finds in the store has to go on from
 * what was signed before, also by the copy outside. And it signs nothing that a process with the log's key did not write, in
 * the order of that process's own numbers: other rows get no place, and an entry says so.
 */
export class Sequencer {
  readonly #options: SequencerOptions;
  readonly #seal: EntrySeal;
  readonly #audit: AuditService;
  /** How many entries of each writer were placed, as far as this process has seen: the store cannot take that back. */
  readonly #numbers = new Map<string, number>();
  #signer: NoteSigner | undefined;
  /** Note of the newest head that is known to have been copied. */
  #copied: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: SequencerOptions) {
    this.#options = options;
    this.#seal = EntrySeal.of(options.key);
    this.#audit = new AuditService(new Settings(options.environment));
  }

  /**
   * @returns false when the log of this store is signed by another key: then this process leaves it alone.
   * @throws Error when the store's log is not the one that was signed before, or this process writes its entries with
   * another key: then it would refuse its own words about what it refuses, and write them again without end.
   */
  async start(): Promise<boolean> {
    const { database, environment, key, logger } = this.#options;
    this.#signer = await database.transaction((tx) => logSigner(tx, environment, key));
    if (!this.#signer) {
      logger.warn({}, 'the log of this store is signed with another key; another replica has to sequence it');
      return false;
    }
    if (!database.writer?.seal.isOf(key))
      throw new Error('Entries are written with another key than the log is signed with.');
    await this.#requireContinuation();
    await this.run();
    this.#next();
    return true;
  }

  #next(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.run()
        .catch((error: unknown) => this.#options.logger.warn({ err: error }, 'sequencing failed; it is tried again'))
        .finally(() => this.#next());
    }, EVERY_MS);
    this.#timer.unref();
  }

  /** Sequences everything that is there now. */
  async run(): Promise<void> {
    for (;;) {
      const batch = await this.#batch();
      if (!batch) break;
      this.#tell(batch.admission);
      if (batch.checkpoint) await this.#copy(batch.checkpoint);
    }
    await this.#copyMissed();
  }

  /** @returns undefined when nothing waited. */
  async #batch(): Promise<Batch | undefined> {
    const { database } = this.#options;
    const [waiting] = await unsequenced(database.db, 1);
    return waiting && database.transaction((tx) => this.#append(tx));
  }

  async #append(tx: Tx): Promise<Batch | undefined> {
    await lockLog(tx);
    const rows = readRows(await unsequenced(tx, BATCH));
    if (rows.length === 0) return undefined;
    const before: TreeHead = (await newestCheckpoint(tx)) ?? { size: 0, root: emptyRoot() };
    const stored = await writerNumbers(tx, writersOf(rows));
    const admission = admit(rows, {
      seal: this.#seal,
      environment: this.#options.environment,
      takesOld: before.size === 0 || claimOf((await entryAt(tx, before.size - 1)) ?? '')?.writer === undefined,
      numberOf: (writer) => Math.max(stored.get(writer) ?? 0, this.#numbers.get(writer) ?? 0),
    });
    await this.#refuse(tx, admission);
    return { admission, checkpoint: await this.#place(tx, before, admission) };
  }

  async #place(tx: Tx, before: TreeHead, { admitted, numbers }: Admission): Promise<StoredCheckpoint | undefined> {
    if (admitted.length === 0) return undefined;
    const leaves = admitted.map(({ entry }) => leafHash(Buffer.from(entry)));
    const { head, tiles } = await appendLeaves(before, leaves, tileReader(tx));
    await giveIndexes(
      tx,
      admitted.map(({ position }) => position),
      before.size,
    );
    await setWriterNumbers(tx, numbers);
    await writeTiles(tx, tiles);
    const signedAt = await this.#options.database.now(tx);
    const checkpoint = { size: head.size, root: Buffer.from(head.root), note: this.#sign(head), signedAt };
    await insertCheckpoint(tx, checkpoint);
    return checkpoint;
  }

  /** What was refused or is missing is itself an entry, in the same transaction. */
  async #refuse(tx: Tx, admission: Admission): Promise<void> {
    for (const because of new Set(admission.refused.map((each) => each.because))) {
      const rows = admission.refused.filter((each) => each.because === because);
      await refuseRows(
        tx,
        rows.map(({ row }) => row.position),
        because,
      );
    }
    await recordRefusals(this.#options.database, tx, this.#audit, admission);
  }

  #tell({ refused, gaps, numbers }: Admission): void {
    for (const [writer, number] of numbers) this.#numbers.set(writer, number);
    for (const { row, because } of refused) {
      const what = { position: row.position, because };
      this.#options.logger.error(what, 'a row that is no entry of this log got no place in it: the store was changed');
    }
    for (const gap of gaps) {
      this.#options.logger.error(gap, 'entries are missing before they had their place: the store was changed');
    }
  }

  #sign({ size, root }: TreeHead): string {
    const signer = this.#signer;
    if (!signer) throw new Error('The sequencer was not started.');
    return signCheckpoint({ origin: signer.name, size, root, extensions: [] }, [signer]);
  }

  async #copy({ note, signedAt }: StoredCheckpoint): Promise<void> {
    await this.#options.copies.write(note, signedAt);
    this.#copied = note;
  }

  /** What another replica signed, or this one before it could be copied. */
  async #copyMissed(): Promise<void> {
    const newest = await newestCheckpoint(this.#options.database.db);
    if (newest && newest.note !== this.#copied) await this.#copy(newest);
  }

  /** A store that is older than its own copy outside, or another one, must not be signed: it would be a second history. */
  async #requireContinuation(): Promise<void> {
    const { copies, database, acceptRestored: by } = this.#options;
    if (!this.#signer) return;
    const found = await findBreak(database, copies, verifierOf(this.#signer));
    if (!found) return;
    if (by === undefined) throw new Error(`${found.words} ${HOW_TO_GO_ON}`);
    await recordAcceptance(database, this.#audit, found, by);
    await copies.setAside();
    this.#options.logger.warn({ by }, 'a store that was restored was accepted');
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    if (this.#signer) {
      await this.run().catch((error: unknown) => this.#options.logger.warn({ err: error }, 'the last entries wait'));
    }
  }
}
