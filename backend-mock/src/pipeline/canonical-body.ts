import type { JsonObject } from '@narrow-deputies/contracts';
import { contentDigest, parseCanonical, type CanonicalFault } from '@narrow-deputies/signing';
import { Refusal } from '../common/refusal.ts';

const DETAILS: Readonly<Record<CanonicalFault, string>> = {
  depth: 'The body is nested more deeply than this call admits.',
  utf8: 'The body is UTF-8 without a byte-order mark.',
  syntax: 'The body is one JSON value.',
  not_canonical: 'The body is JSON in the canonical form of RFC 8785, byte for byte.',
  forbidden_key: 'The body has no key "__proto__".',
};

/**
 * Reads a body by comparing bytes: what was signed, what is stored and what is understood are then the same.
 *
 * @throws Refusal `not_canonical`, `malformed_request` (too deep, no JSON, no object).
 */
export function readCanonicalBody(bytes: Uint8Array, maxDepth: number): JsonObject {
  const parsed = parseCanonical(bytes, { maxDepth });
  if (!parsed.ok) {
    const code = parsed.fault === 'depth' || parsed.fault === 'syntax' ? 'malformed_request' : 'not_canonical';
    throw new Refusal(code, { detail: DETAILS[parsed.fault] });
  }
  const { value } = parsed;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new Refusal('malformed_request', { detail: 'The body is a JSON object.' });
  }
  return value;
}

/** RFC 9530, one member: the digest that the signature covers has to be that of the bytes that arrived. */
export function requireContentDigest(header: string, bytes: Uint8Array): void {
  if (header !== contentDigest(bytes)) {
    throw new Refusal('signature_invalid', { detail: 'The header "content-digest" is the SHA-256 of the body sent.' });
  }
}
