import { leafHash } from '@narrow-deputies/transparency-log';
import type { EntrySeal, EntryWriter } from './entry-seal.ts';
import type { Lane, Lanes, Written } from './lanes.ts';

/** What a process writes entries with. */
export interface Writer {
  readonly seal: EntrySeal;
  readonly lanes: Lanes;
}

/** The numbers that one try of one transaction gives to its entries. */
export class Turn {
  readonly #writer: Writer | undefined;
  #lane: Lane | undefined;
  #taken: Written[] = [];

  /** @param writer undefined where the process has no log key; then it reads, and writes no entry. */
  constructor(writer: Writer | undefined) {
    this.#writer = writer;
  }

  /** @throws Error in a process without the log's key. */
  get seal(): EntrySeal {
    if (!this.#writer) throw new Error('This process has no log key: without it nobody could tell who wrote this.');
    return this.#writer.seal;
  }

  /** Who writes the next entry. @throws Error in a process without the log's key. */
  next(): EntryWriter {
    const { seal: _seal } = this;
    this.#lane ??= this.#writer?.lanes.take();
    const { id = '', committed = 0 } = this.#lane ?? {};
    return { id, number: committed + this.#taken.length + 1 };
  }

  /** Takes the number of {@link next} for an entry. @returns the entry's seal. */
  take(auditId: string, writer: EntryWriter, entry: Uint8Array): string {
    this.#taken.push({ auditId, number: writer.number, leaf: leafHash(entry) });
    return this.seal.entry(entry, writer);
  }

  /** A point to come back to, together with a savepoint of the store. */
  mark(): number {
    return this.#taken.length;
  }

  /** Gives the numbers back of what was undone since. */
  backTo(mark: number): void {
    this.#taken = this.#taken.slice(0, mark);
  }

  /** The transaction is in the store: its numbers are used. */
  committed(): void {
    const lane = this.#lane;
    if (!lane) return;
    lane.committed += this.#taken.length;
    lane.last = this.#taken.at(-1) ?? lane.last;
    this.#writer?.lanes.giveBack(lane);
  }

  /** The transaction is not in the store: its numbers are free. */
  undone(): void {
    if (this.#lane) this.#writer?.lanes.giveBack(this.#lane);
  }

  /** Nobody knows whether it is in the store: whichever it is, the lane ends without a gap. */
  unknown(): void {
    if (this.#lane) this.#writer?.lanes.retire(this.#lane);
    this.#lane = undefined;
  }
}

/** Registered, so that it is the same for every copy of this module in one process. */
const TURN = Symbol.for('narrow-deputies.turn');

/** Ties the numbers of a transaction to it. */
export function setTurn(tx: object, turn: Turn): void {
  Object.defineProperty(tx, TURN, { value: turn });
}

/** The numbers of a transaction. @throws Error outside one. */
export function turnOf(tx: object): Turn {
  const turn = (tx as { readonly [TURN]?: Turn })[TURN];
  if (!turn) throw new Error('Only in a transaction entries are written.');
  return turn;
}
