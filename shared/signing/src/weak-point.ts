/** The y coordinates (RFC 8032 section 5.1.2, little-endian, sign bit cleared) of all points of order 1, 2, 4 and 8. */
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

/**
 * Whether 32 bytes are a public key that binds its owner to nothing: a point of small order, under which one signature
 * verifies for many messages, or a coordinate of 2^255 - 19 and above, a second spelling of another point (RFC 8032
 * section 5.1.3 refuses it). Not every
 * OpenSSL that Node brings looks at the first when it verifies.
 */
export function isWeakPoint(point: Uint8Array): boolean {
  const y = Buffer.from(point);
  y.writeUInt8(y.readUInt8(31) & 0x7f, 31);
  const overflows = y.readUInt8(31) === 0x7f && y.readUInt8(0) >= 0xed && y.subarray(1, 31).every((b) => b === 0xff);
  return overflows || SMALL_ORDER.has(y.toString('hex'));
}
