import { Inject, Injectable } from '@nestjs/common';
import { currentTime } from '../../common/clock.ts';
import { Refusal } from '../../common/refusal.ts';
import { Database } from '../../database/database.ts';
import { takeFromLimits } from '../../limits/limits-repository.ts';
import { retryAfterSeconds } from '../../limits/rate-limit-headers.ts';

/** What one address may try without being known: signing in, and looking at invitations. */
export const SIGN_IN_QUOTA = { perMinute: 20, burst: 20 };

/** Slows down whoever tries many times. */
@Injectable()
export class SignInLimit {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** @throws Refusal `rate_limited`. */
  async take(source: string): Promise<void> {
    const limit = { name: 'sign-in', key: `sign-in:${source}`, quota: SIGN_IN_QUOTA };
    const states = await this.database.transaction(async (tx) =>
      takeFromLimits(tx, [limit], await currentTime(this.database, tx)),
    );
    if (states.every(({ allowed }) => allowed)) return;
    const retryAfter = retryAfterSeconds(states);
    throw new Refusal('rate_limited', { detail: `Too many attempts. Wait ${retryAfter} s.`, retryAfter });
  }
}
