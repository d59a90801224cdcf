import { hash } from 'node:crypto';
import { canonicalize } from './canonical.ts';
import type { JsonValue } from './json.ts';

/** SHA-256 (FIPS 180-4) as 64 lower-case hex digits; a string is hashed as its UTF-8. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** The digest of bytes as the wire carries it: `sha-256:` and 64 lower-case hex digits. */
export function digestOfBytes(bytes: Uint8Array): string {
  return `sha-256:${sha256Hex(bytes)}`;
}

/**
 * The digest of a JSON value, `sha-256:<hex>` over the UTF-8 of its canonical form (RFC 8785).
 *
 * @throws what `canonicalize` throws.
 */
export function digestOfJson(value: JsonValue): string {
  return `sha-256:${sha256Hex(canonicalize(value))}`;
}

/** The value of a `content-digest` header with one member: `sha-256=:<standard base64>:` (RFC 9530 section 2). */
export function contentDigest(bytes: Uint8Array): string {
  return `sha-256=:${hash('sha256', bytes, 'base64')}:`;
}
