import type { ServerResponse } from 'node:http';
import type { Listener } from './live-plans.ts';

/** What a browser that does not read may leave lying here, in bytes. */
const UNREAD_MAX = 262_144;

/** Why a page is told nothing any more. */
export type Ending = 'over' | 'elsewhere';

/** One page that follows, as server-sent events (HTML, section 9.2). */
export class LiveStream implements Listener {
  readonly sessionId: string;
  readonly #raw: ServerResponse;
  /** Whether it is known that the session lasts: while it is not, the page is told nothing but that. */
  #isSure = true;
  #isBehind = false;

  constructor(sessionId: string, raw: ServerResponse) {
    this.sessionId = sessionId;
    this.#raw = raw;
  }

  waits(state: string): void {
    if (!this.#isSure) return;
    this.#isBehind = false;
    this.#send('waiting', state);
  }

  /** The page has to say that it may be old. */
  unknown(): void {
    if (this.#isBehind) return;
    this.#isBehind = true;
    this.#send('behind');
  }

  /** @returns whether it was not sure before, and has to be told how things stand. */
  sure(): boolean {
    const wasUnsure = !this.#isSure;
    this.#isSure = true;
    this.#raw.write(': still here\n\n');
    return wasUnsure;
  }

  unsure(): void {
    this.#isSure = false;
    this.unknown();
  }

  /** The last that is said. */
  end(why?: Ending): void {
    if (this.#raw.writableEnded) return;
    if (why) this.#send(why);
    this.#raw.end();
  }

  #send(event: string, data = '{}'): void {
    if (this.#raw.writableLength > UNREAD_MAX) this.#raw.destroy();
    else this.#raw.write(`event: ${event}\ndata: ${data}\n\n`);
  }
}
