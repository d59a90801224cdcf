import { randomBytes } from 'node:crypto';
import { formatTraceparent, parseTraceparent } from './trace-context.ts';

const SAMPLED = 1;

/** The given `traceparent` as version 00 where it is valid, else a new one. @param given - anything at all. */
export function traceparentFrom(given: unknown): string {
  const context = parseTraceparent(given) ?? { traceId: nonZero(16), spanId: nonZero(8), flags: SAMPLED };
  return formatTraceparent(context);
}

function nonZero(bytes: number): string {
  const hex = randomBytes(bytes).toString('hex');
  return /[^0]/.test(hex) ? hex : nonZero(bytes);
}
