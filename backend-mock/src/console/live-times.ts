/** How often open pages are seen to, in milliseconds; injection token of its own type. Shorter in tests. */
export class LiveTimes {
  /** How long a change may take to reach a page. */
  readonly lookMs: number;
  /** How often it is looked who is signed in still; also keeps proxies from closing the streams. */
  readonly beatMs: number;
  /** When that is tried again after the store has failed. */
  readonly retryMs: number;

  constructor({ lookMs = 1_000, beatMs = 15_000, retryMs = 1_000 }: Partial<LiveTimes> = {}) {
    this.lookMs = lookMs;
    this.beatMs = beatMs;
    this.retryMs = retryMs;
  }
}
