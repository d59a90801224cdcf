import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { makeProblem } from '@narrow-deputies/contracts';
import type { Health } from './health.ts';

/** How a process ends while others go on: it says so first, then takes no further call, and finishes those that run. */
export class Draining {
  #announced = false;
  #closed = false;

  /** Makes it part of the health of the process, so that no balancer sends it anything more. */
  join(health: Health): void {
    health.add({ name: 'not_ending', isMet: () => !this.#announced });
  }

  /** Has to be called before any route is registered. */
  hang(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', async (_request, reply) => {
      if (!this.#closed) return;
      const problem = makeProblem('unavailable', {
        detail: 'Nothing was changed: this process is ending. Repeat this call; another process takes it.',
        retryAfter: 1,
      });
      await reply
        .status(problem.status)
        .headers({ 'content-type': 'application/problem+json', 'retry-after': '1', connection: 'close' })
        .send(Buffer.from(JSON.stringify(problem)));
    });
  }

  /** @param announceMs how long calls are still taken while health says that the process is ending. */
  async begin(announceMs: number): Promise<void> {
    this.#announced = true;
    if (announceMs > 0) await wait(announceMs);
    this.#closed = true;
  }
}
