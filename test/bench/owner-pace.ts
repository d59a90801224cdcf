import { setTimeout as sleep } from 'node:timers/promises';
import { OWNER_BURST, OWNER_PER_SECOND } from './mint-tokens.ts';

/** Keeps a measurement inside the limits of each owner. */
export class OwnerPace {
  readonly #made = new Map<string, number>();
  readonly #started = performance.now();

  /** Waits until an owner may make so many more calls at once. */
  async take(owner: string, calls: number): Promise<void> {
    const made = (this.#made.get(owner) ?? 0) + calls;
    this.#made.set(owner, made);
    const earliest = ((made - OWNER_BURST) / OWNER_PER_SECOND) * 1000;
    const left = earliest - (performance.now() - this.#started);
    if (left > 0) await sleep(left);
  }
}
