/** The remainders of all bytes under the reversed polynomial (RFC 1952 section 8). */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  return remainder;
});

/**
 * CRC-32 as gzip and zlib compute it (RFC 1952 section 8), over the UTF-8 of a text; an unsigned 32-bit number. Written
 * out because every start of a server checks one token, and `node:zlib` takes longer to load than that.
 */
export function crc32(text: string): number {
  let remainder = 0xffffffff;
  for (const byte of Buffer.from(text, 'utf8')) {
    remainder = (remainder >>> 8) ^ (TABLE[(remainder ^ byte) & 0xff] ?? 0);
  }
  return (remainder ^ 0xffffffff) >>> 0;
}
