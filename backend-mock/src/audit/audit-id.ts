import { randomBytes } from 'node:crypto';

/**
 * Names an audit entry: a UUID of version 7 (RFC 9562, section 5.7), 74 bits of it random. What is written later sorts
 * later, so that the indexes over a long log grow at one end, at the cost of those over a short one.
 */
export function newAuditId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
