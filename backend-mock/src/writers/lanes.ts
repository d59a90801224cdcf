import { randomBytes } from 'node:crypto';

/** The last entry of a lane that is known to be in the store. */
export interface Written {
  readonly auditId: string;
  readonly number: number;
  /** Hash of its leaf in the log. */
  readonly leaf: Uint8Array;
}

/** Numbers entries for one transaction after another; its numbers have no gap, because only what is committed counts. */
export class Lane {
  readonly id: string;
  readonly place: number;
  /** How many entries of it are in the store. */
  committed = 0;
  last: Written | undefined;

  constructor(id: string, place: number) {
    this.id = id;
    this.place = place;
  }
}

/**
 * The lanes of one process. A transaction that writes entries has one of its own while it lasts, the lowest that is free, so
 * that transactions do not wait for one another and few lanes stand unused. The name of a process is random, so that a lane
 * is never used twice.
 */
export class Lanes {
  readonly #process = randomBytes(8).toString('hex');
  readonly #free: Lane[] = [];
  /** Every lane that has an entry in the store, retired ones as well. */
  readonly #used = new Set<Lane>();
  readonly #retired = new WeakSet<Lane>();
  #opened = 0;

  get used(): Iterable<Lane> {
    return this.#used;
  }

  take(): Lane {
    const free = this.#free.shift();
    if (free) return free;
    const place = this.#opened++;
    return new Lane(`${this.#process}.${place}`, place);
  }

  /** Gives a lane back, and with it the numbers that were not committed. */
  giveBack(lane: Lane): void {
    if (lane.committed > 0) this.#used.add(lane);
    const at = this.#free.findIndex(({ place }) => place > lane.place);
    this.#free.splice(at < 0 ? this.#free.length : at, 0, lane);
  }

  /**
   * A retired lane is of no interest any more once its last entry has its place.
   *
   * @returns whether it is forgotten; one that is in use never is.
   */
  forget(lane: Lane): boolean {
    return this.#retired.has(lane) && this.#used.delete(lane);
  }

  /** Ends a lane: what its last transaction came to is not known. */
  retire(lane: Lane): void {
    if (lane.committed > 0) this.#retired.add(lane);
  }
}
