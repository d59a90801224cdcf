import { performance } from 'node:perf_hooks';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer, IncomingRequest } from '../pipeline/call.ts';

/** The request as bytes and raw headers; the body parser of this application never looks inside. */
export const incoming = (request: FastifyRequest): IncomingRequest => ({
  method: request.method,
  path: request.url,
  rawHeaders: request.raw.rawHeaders,
  body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  source: request.ip,
  startedAt: performance.now(),
});

export async function send(reply: FastifyReply, answer: Answer): Promise<void> {
  await reply
    .status(answer.status)
    .headers({ 'content-type': 'application/json', ...SAFE_HEADERS, ...answer.headers })
    // Bytes: to text Fastify would add a charset, which these media types do not have.
    .send(Buffer.from(JSON.stringify(answer.body)));
}

/** Answers of an API are for programs: never stored, never guessed at, never framed. */
export const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const;
