import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { makeProblem } from '@narrow-deputies/contracts';

const HEADER = 'x-self-check';

/** Keeps everybody but the self-check out until the process has shown that it denies what it must. */
export class Door {
  readonly #key = randomBytes(32).toString('hex');
  #open = false;

  /** The header that passes the closed door. */
  get passage(): Readonly<Record<string, string>> {
    return { [HEADER]: this.#key };
  }

  open(): void {
    this.#open = true;
  }

  /** Has to be called before any route is registered. */
  hang(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', async (request, reply) => {
      if (this.#open || this.#admits(request.headers[HEADER])) return;
      const problem = makeProblem('unavailable', { detail: 'The service is starting.', retryAfter: 1 });
      await reply
        .status(problem.status)
        .headers({ 'content-type': 'application/problem+json', 'retry-after': '1' })
        .send(Buffer.from(JSON.stringify(problem)));
    });
  }

  #admits(given: string | string[] | undefined): boolean {
    if (typeof given !== 'string' || given.length !== this.#key.length) return false;
    return timingSafeEqual(Buffer.from(given), Buffer.from(this.#key));
  }
}
