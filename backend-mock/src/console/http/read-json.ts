import type { FastifyRequest } from 'fastify';
import type * as z from 'zod';
import { Refusal } from '../../common/refusal.ts';

const BODY_MAX_BYTES = 64 * 1024;

/** The JSON that one of our own pages sent. @throws Refusal `request_too_large`, `malformed_request`, `invalid_arguments`. */
export function readJson<S extends z.ZodType>(request: FastifyRequest, shape: S): z.infer<S> {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (bytes.byteLength > BODY_MAX_BYTES) {
    throw new Refusal('request_too_large', { detail: `The body has at most ${BODY_MAX_BYTES} bytes.` });
  }
  const parsed = shape.safeParse(parse(bytes));
  if (parsed.success) return parsed.data;
  throw new Refusal('invalid_arguments', { detail: 'The console sent something that this address does not take.' });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal('malformed_request', { detail: 'The body is JSON in UTF-8.' });
  }
}
