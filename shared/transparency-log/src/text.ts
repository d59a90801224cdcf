import { isCount } from './geometry.ts';

/**
 * Decodes standard base64 with padding (RFC 4648 section 4) strictly: the text must be exactly what encoding its bytes
 * gives, so that one value has one spelling.
 *
 * @returns undefined for any other spelling.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** Bytes in standard base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** Reads an ASCII decimal without leading zeroes, 0 to 2^53 - 1; undefined for anything else. */
export function parseDecimal(text: string): number | undefined {
  const value = Number(text);
  return isCount(value) && String(value) === text ? value : undefined;
}
