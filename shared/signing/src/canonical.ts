import serialize from 'canonicalize';
import { nestsDeeperThan } from './depth.ts';
import { hasForbiddenKey } from './forbidden-key.ts';
import type { JsonValue } from './json.ts';

/**
 * Why bytes are not a canonical body: nested too deep, not UTF-8, not JSON, a `__proto__` key, or JSON that is written in
 * any other way than RFC 8785 writes it.
 */
export type CanonicalFault = 'depth' | 'utf8' | 'syntax' | 'not_canonical' | 'forbidden_key';

/** The value that canonical bytes stand for, with their text; or the first fault found. */
export type CanonicalResult = { ok: true; value: JsonValue; text: string } | { ok: false; fault: CanonicalFault };

// The byte-order mark is kept in the text so that JSON.parse refuses it; by default a decoder would swallow it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Writes a value in its canonical form (RFC 8785, JSON Canonicalization Scheme).
 *
 * @throws Error for what has no canonical form: NaN, infinities, lone surrogates, cycles; TypeError for undefined.
 */
export function canonicalize(value: JsonValue): string {
  const text = serialize(value);
  if (text === undefined) throw new TypeError('Only a JSON value has a canonical form.');
  return text;
}

/**
 * Reads bytes that must already be in canonical form: `bytes` equals the UTF-8 of `canonicalize(JSON.parse(bytes))`
 * (RFC 8785 section 3). That one comparison refuses duplicate keys, odd numbers, escape variants, lone surrogates, a
 * byte-order mark and anything before or after the value. Never throws, whatever the bytes.
 *
 * @param options.maxDepth deepest nesting of arrays and objects; the top-level value counts as 1. It is judged before
 *   anything is decoded or parsed.
 */
export function parseCanonical(bytes: Uint8Array, options: { maxDepth: number }): CanonicalResult {
  if (nestsDeeperThan(bytes, options.maxDepth)) return { ok: false, fault: 'depth' };
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { ok: false, fault: 'utf8' };
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, fault: 'syntax' };
  }
  if (!isCanonicalText(text, value)) {
    return { ok: false, fault: hasForbiddenKey(value) ? 'forbidden_key' : 'not_canonical' };
  }
  // In canonical text no escape can hide the key, so the walk is only for texts that spell it.
  if (text.includes('__proto__') && hasForbiddenKey(value)) return { ok: false, fault: 'forbidden_key' };
  return { ok: true, value, text };
}

/** Equal text is equal bytes: fatal decoding without dropping the mark is one to one. */
function isCanonicalText(text: string, value: JsonValue): boolean {
  try {
    return canonicalize(value) === text;
  } catch {
    return false;
  }
}
