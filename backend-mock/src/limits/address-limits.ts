import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { Refusal } from '../common/refusal.ts';
import { gcra, type Quota } from './gcra.ts';

/** What one address may read of what everybody may read, and what one browser may that somebody signed in with. */
export const PUBLIC_QUOTA: Quota = { perMinute: 600, burst: 120 };
export const SESSION_QUOTA: Quota = { perMinute: 1_200, burst: 240 };

/** Keys that are remembered; the one that came longest ago is forgotten first. */
const KEYS_MAX = 10_000;

/**
 * Limits on what costs nobody anything but time: kept by each process for itself, so that looking at a page writes nothing.
 * Whoever may change something is limited by rows, in the transaction of the change.
 */
@Injectable()
export class AddressLimits {
  /** The theoretical arrival time of each key, in milliseconds; the key that came last stands last. */
  readonly #times = new Map<string, number>();

  /** @throws Refusal `rate_limited`. */
  take(key: string, quota: Quota): void {
    const result = gcra(this.#times.get(key), performance.now(), quota);
    this.#times.delete(key);
    this.#times.set(key, result.tat);
    const [oldest] = this.#times.size > KEYS_MAX ? this.#times.keys() : [];
    if (oldest !== undefined) this.#times.delete(oldest);
    if (result.allowed) return;
    const retryAfter = Math.max(1, Math.ceil(result.retryAfterMs / 1000));
    throw new Refusal('rate_limited', { detail: `Too many requests. Wait ${retryAfter} s.`, retryAfter });
  }
}
