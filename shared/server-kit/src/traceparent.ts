import { randomBytes } from 'node:crypto';

const VERSION_00 = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * The given `traceparent` where it is valid (W3C Trace Context, section 3.2, version 00), else a new one.
 *
 * @param given - what the host put under `_meta.traceparent`; anything at all.
 */
export function traceparentFrom(given: unknown): string {
  if (typeof given === 'string' && VERSION_00.test(given)) return given;
  return `00-${nonZero(16)}-${nonZero(8)}-01`;
}

function nonZero(bytes: number): string {
  const hex = randomBytes(bytes).toString('hex');
  return /[^0]/.test(hex) ? hex : nonZero(bytes);
}
