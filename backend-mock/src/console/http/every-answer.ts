import type { FastifyInstance } from 'fastify';
import { SAFE_HEADERS } from '../../common/http.ts';
import { PAGE_HEADERS, TLS_HEADERS } from './headers.ts';

const APART = {
  'cross-origin-opener-policy': PAGE_HEADERS['cross-origin-opener-policy'],
  'cross-origin-resource-policy': PAGE_HEADERS['cross-origin-resource-policy'],
  'cross-origin-embedder-policy': PAGE_HEADERS['cross-origin-embedder-policy'],
} as const;

/**
 * What every answer of the console carries, redirects and refusals too, whoever gives it. What a controller says itself
 * stands instead.
 *
 * @param ownOrigin the console's public origin, once it is known.
 */
export function guardEveryAnswer(fastify: FastifyInstance, ownOrigin: () => string): void {
  // oxlint-disable-next-line typescript/require-await -- Fastify tells hooks apart by what they return
  fastify.addHook('onRequest', async (_request, reply) => {
    reply.headers({ ...SAFE_HEADERS, ...APART, ...(ownOrigin().startsWith('https:') ? TLS_HEADERS : {}) });
  });
}
