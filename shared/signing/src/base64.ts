/**
 * Decodes base64 strictly: the text must be exactly what encoding its bytes gives (RFC 4648 section 3.5), so that one
 * value has one spelling. `base64` has padding, `base64url` has none.
 *
 * @returns undefined for any other spelling or another number of bytes.
 */
export function decodeExactly(text: string, encoding: 'base64' | 'base64url', length: number): Uint8Array | undefined {
  const bytes = Buffer.from(text, encoding);
  return bytes.length === length && bytes.toString(encoding) === text ? new Uint8Array(bytes) : undefined;
}
