import type { FastifyRequest } from 'fastify';
import type * as z from 'zod';
import { Refusal } from '../../common/refusal.ts';

/** Usual limit; what an address takes beyond it, it says itself. */
export const BODY_MAX_BYTES = 64 * 1024;

/**
 * The JSON that one of our own pages sent.
 *
 * @param limitOf the largest body, in bytes, by what it says; no body beyond the server's own limit gets here.
 * @throws Refusal `request_too_large`, `malformed_request`, `invalid_arguments`.
 */
export function readJson<S extends z.ZodType>(
  request: FastifyRequest,
  shape: S,
  limitOf?: (body: unknown) => number,
): z.infer<S> {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (!limitOf) requireSize(bytes, BODY_MAX_BYTES);
  const body = parse(bytes);
  if (limitOf) requireSize(bytes, limitOf(body));
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Refusal('invalid_arguments', { detail: 'The console sent something that this address does not take.' });
}

function requireSize({ byteLength }: Buffer, most: number): void {
  if (byteLength <= most) return;
  throw new Refusal('request_too_large', { detail: `The body has at most ${most} bytes.` });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal('malformed_request', { detail: 'The body is JSON in UTF-8.' });
  }
}
