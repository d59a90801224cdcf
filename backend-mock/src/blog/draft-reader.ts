import { Inject, Injectable } from '@nestjs/common';
import { Aside } from '../aside/aside.ts';
import { AsideFailure } from '../aside/helper.ts';
import { Refusal } from '../common/refusal.ts';
import { markupFault } from './markup-budget.ts';
import type { ReadDraft } from './read-draft.ts';

/** Whose bytes they are, and their digest. */
export interface DraftSource {
  readonly client: string;
  readonly contentDigest: string;
}

const TOO_DEAR: ReadDraft = {
  ok: false,
  reason: 'It takes too long to be made safe: it has far more markup than an article has.',
};

/** Reads, renders and makes safe the drafts that clients send, beside the thread that serves. */
@Injectable()
export class DraftReader {
  constructor(@Inject(Aside) private readonly aside: Aside) {}

  /** @throws Refusal `rate_limited` or `unavailable` where too much waits, or the other thread does not do its work. */
  async read(bytes: Uint8Array, { client, contentDigest }: DraftSource): Promise<ReadDraft> {
    const fault = markupFault(bytes);
    if (fault !== undefined) return { ok: false, reason: fault };
    try {
      return await this.aside.run('draft', bytes, { client, digest: contentDigest });
    } catch (error) {
      if (!(error instanceof AsideFailure)) throw error;
      if (error.kind === 'bound') return TOO_DEAR;
      throw new Refusal(
        'unavailable',
        { detail: 'The draft could not be looked at. Try again in a few seconds.', retryAfter: 5 },
        { internal: error.message },
      );
    }
  }
}
