import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';
import { headerValues } from '../pipeline/headers.ts';

const traceIds = new AsyncLocalStorage<string>();

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace id that the request said which this code runs for; its caller's word alone, until a signature has verified. */
export const currentTraceId = (): string | undefined => traceIds.getStore();

/** Lets everything that serves a request know its trace. */
export function traceEveryRequest(fastify: FastifyInstance): void {
  // Not before the body was read: what its stream calls belongs to no request.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const [traceparent = '', ...more] = headerValues(request.raw.rawHeaders, 'traceparent');
    const traceId = more.length === 0 ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
    if (traceId === undefined) done();
    else traceIds.run(traceId, done);
  });
}
