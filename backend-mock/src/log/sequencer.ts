import type { KeyObject } from 'node:crypto';
import {
  appendLeaves,
  emptyRoot,
  leafHash,
  openCheckpoint,
  rootFromTiles,
  sameBytes,
  signCheckpoint,
  verifierOf,
  type NoteSigner,
  type TreeHead,
} from '@narrow-deputies/transparency-log';
import type { Logger } from '../common/logger.ts';
import type { Database, Tx } from '../database/database.ts';
import type { CheckpointCopies } from './checkpoint-copies.ts';
import { logSigner } from './log-identity.ts';
import {
  giveIndexes,
  insertCheckpoint,
  lockLog,
  newestCheckpoint,
  tileReader,
  unsequenced,
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
}

/**
 * Gives entries their places in the log, off the way of calls: batch after batch, each one transaction with its tiles and
 * its signed checkpoint, one replica at a time. It never signs two histories: what it finds in the store has to go on from
 * what was signed before, also by the copy outside.
 */
export class Sequencer {
  readonly #options: SequencerOptions;
  #signer: NoteSigner | undefined;
  /** Note of the newest head that is known to have been copied. */
  #copied: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: SequencerOptions) {
    this.#options = options;
  }

  /**
   * @returns false when the log of this store is signed by another key: then this process leaves it alone.
   * @throws Error when the store's log is not the one that was signed before.
   */
  async start(): Promise<boolean> {
    const { database, environment, key, logger } = this.#options;
    this.#signer = await database.transaction((tx) => logSigner(tx, environment, key));
    if (!this.#signer) {
      logger.warn({}, 'the log of this store is signed with another key; another replica has to sequence it');
      return false;
    }
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
      const checkpoint = await this.#batch();
      if (!checkpoint) break;
      await this.#copy(checkpoint);
    }
    await this.#copyMissed();
  }

  /** @returns the new checkpoint, or undefined when nothing waited. */
  async #batch(): Promise<StoredCheckpoint | undefined> {
    const { database } = this.#options;
    const [waiting] = await unsequenced(database.db, 1);
    return waiting && database.transaction((tx) => this.#append(tx));
  }

  async #append(tx: Tx): Promise<StoredCheckpoint | undefined> {
    await lockLog(tx);
    const rows = await unsequenced(tx, BATCH);
    if (rows.length === 0) return undefined;
    const before: TreeHead = (await newestCheckpoint(tx)) ?? { size: 0, root: emptyRoot() };
    const leaves = rows.map(({ entry }) => leafHash(Buffer.from(entry)));
    const { head, tiles } = await appendLeaves(before, leaves, tileReader(tx));
    await giveIndexes(
      tx,
      rows.map(({ position }) => position),
      before.size,
    );
    await writeTiles(tx, tiles);
    const signedAt = await this.#options.database.now(tx);
    const checkpoint = { size: head.size, root: Buffer.from(head.root), note: this.#sign(head), signedAt };
    await insertCheckpoint(tx, checkpoint);
    return checkpoint;
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
    const { copies, database } = this.#options;
    const note = await copies.newest();
    if (note === undefined || !this.#signer) return;
    const verifier = verifierOf(this.#signer);
    const opened = openCheckpoint(note, { origin: verifier.name, verifiers: [verifier] });
    if (!opened.ok) throw this.#otherHistory(`is not of this store's log (${opened.fault})`);
    const { size, root } = opened.checkpoint;
    const newest = await newestCheckpoint(database.db);
    if ((newest?.size ?? 0) < size) {
      throw this.#otherHistory(`says ${size} entries, the store's log has ${newest?.size ?? 0}: it was rolled back`);
    }
    if (!sameBytes(await rootFromTiles(size, tileReader(database.db)), root)) {
      throw this.#otherHistory('is not what the store says about the same entries: they were rewritten');
    }
  }

  #otherHistory(what: string): Error {
    return new Error(
      `The checkpoint in ${this.#options.copies.folder} ${what}. Restore the store that it belongs to; or keep the ` +
        'folder elsewhere as evidence, and start without it.',
    );
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
