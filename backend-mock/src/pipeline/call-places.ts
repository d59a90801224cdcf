import { Places } from '../common/places.ts';
import type { RegisteredOperation } from '../operations/registry.ts';

/** Connections that agents' calls leave to people, grants and what a process does by itself. */
const OTHERS = 2;

/**
 * Who may hold a connection: commits wait for one another in the store, so they get half of the connections, and reads go
 * on beside them; calls together leave some to people. Where there are no connections, nobody waits here.
 */
export class CallPlaces {
  readonly #calls: Places | undefined;
  readonly #commits: Places | undefined;

  /** @param connections the size of the pool; undefined on an engine without one. */
  constructor(connections: number | undefined) {
    if (connections === undefined) return;
    this.#calls = new Places(Math.max(1, connections - OTHERS));
    this.#commits = new Places(Math.max(1, Math.floor(connections / 2)));
  }

  /** @throws Refusal `unavailable` where no place came in time. */
  run<T>(kind: RegisteredOperation['kind'], work: () => Promise<T>): Promise<T> {
    const calls = this.#calls;
    if (!calls) return work();
    const held = (): Promise<T> => calls.run(work);
    return kind === 'commit' && this.#commits ? this.#commits.run(held) : held();
  }
}
