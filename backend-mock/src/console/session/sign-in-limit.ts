import { Inject, Injectable } from '@nestjs/common';
import { currentTime } from '../../common/clock.ts';
import { Refusal } from '../../common/refusal.ts';
import { Database } from '../../database/database.ts';
import { takeFromLimits } from '../../limits/limits-repository.ts';
import { retryAfterSeconds } from '../../limits/rate-limit-headers.ts';

/** What one address may try in vain: signing in, and opening links that there are not. */
export const SIGN_IN_QUOTA = { perMinute: 20, burst: 20 };

/** Refusals of what somebody may be guessing at. */
const VAIN: ReadonlySet<string> = new Set(['unauthenticated', 'not_found']);

/**
 * Slows down whoever tries many times in vain. What succeeds takes nothing and is refused by nothing: agent and person may
 * share an address, and nobody is to decide whether another can sign in.
 */
@Injectable()
export class SignInLimit {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Does `work`, and counts it when it is refused.
   *
   * @throws Refusal its own, or `rate_limited` in its place.
   */
  async countFailures<T>(source: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refusal && VAIN.has(error.code)) await this.#take(source);
      throw error;
    }
  }

  async #take(source: string): Promise<void> {
    const limit = { name: 'sign-in', key: `sign-in:${source}`, quota: SIGN_IN_QUOTA };
    const states = await this.database.transaction(async (tx) =>
      takeFromLimits(tx, [limit], await currentTime(this.database, tx)),
    );
    if (states.every(({ allowed }) => allowed)) return;
    const retryAfter = retryAfterSeconds(states);
    throw new Refusal('rate_limited', { detail: `Too many attempts. Wait ${retryAfter} s.`, retryAfter });
  }
}
