/** The parts of a `traceparent`. */
export interface TraceContext {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** The parent's: 16 lower-case hex digits. */
  readonly spanId: string;
  readonly flags: number;
}

const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const TRACEPARENT_MAX_CHARACTERS = 512;
const SAMPLED = 1;

/**
 * Reads a `traceparent` (W3C Trace Context, section 3.2). Of a version above 00 the four parts that every version has are
 * taken, and of its flags the sampled one alone (section 3.2.4).
 *
 * @param given - what the host put under `_meta.traceparent`; anything at all.
 */
export function parseTraceparent(given: unknown): TraceContext | undefined {
  if (typeof given !== 'string' || given.length > TRACEPARENT_MAX_CHARACTERS) return undefined;
  const [, version, traceId, spanId, flags = '', more] = TRACEPARENT.exec(given) ?? [];
  if (traceId === undefined || spanId === undefined || (version === '00' && more !== undefined)) return undefined;
  const bits = Number.parseInt(flags, 16);
  return { traceId, spanId, flags: version === '00' ? bits : bits & SAMPLED };
}

/** A `traceparent` of version 00. */
export const formatTraceparent = ({ traceId, spanId, flags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`;

/** The trace that a `traceparent` belongs to. */
export const traceIdOf = (given: unknown): string | undefined => parseTraceparent(given)?.traceId;
