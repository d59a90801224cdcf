import { crc32 } from './crc32.ts';

/** What a server's long-lived secret says: where it belongs, whose it is, and the Ed25519 seed (32 bytes). */
export interface ApiToken {
  environment: string;
  clientId: string;
  seed: Uint8Array;
}

/** `encrypted`: its host has not decrypted it; `shape`: not of the grammar; `crc`: a character was changed or lost. */
export type TokenFault = 'encrypted' | 'shape' | 'crc';

/** The token, or why the text is none. Neither a fault nor anything else here repeats the text: it may be a secret. */
export type TokenResult = { ok: true; token: ApiToken } | { ok: false; fault: TokenFault };

const ENCRYPTED_PREFIX = '__encrypted__:';
const CRC_DIGITS = 8;
// No part may hold the separator `_`, so a token has exactly one reading.
const TOKEN = /^deputy_([a-z]+)_([a-z0-9-]+)_([0-9a-f]{64})[0-9a-f]{8}$/;

/** CRC-32 as in zlib, 8 lower-case hex digits: against typing errors and for secret scanners, not against forgery. */
const checksum = (text: string): string => crc32(text).toString(16).padStart(CRC_DIGITS, '0');

/**
 * Writes a token: `deputy_<environment>_<clientId>_<seed, 64 hex digits><CRC-32 of all before it, 8 hex digits>`.
 *
 * @throws TypeError when a part does not fit the grammar (`[a-z]+`, `[a-z0-9-]+`, 32 bytes).
 */
export function formatToken(token: ApiToken): string {
  const body = `deputy_${token.environment}_${token.clientId}_${Buffer.from(token.seed).toString('hex')}`;
  const text = body + checksum(body);
  if (!TOKEN.test(text)) throw new TypeError('A part of the token is out of grammar.');
  return text;
}

/** Reads a token; surrounding white space or any other character too many is a fault. Never throws. */
export function parseToken(text: string): TokenResult {
  if (text.startsWith(ENCRYPTED_PREFIX)) return { ok: false, fault: 'encrypted' };
  const [, environment, clientId, seed] = TOKEN.exec(text) ?? [];
  if (environment === undefined || clientId === undefined || seed === undefined) return { ok: false, fault: 'shape' };
  if (checksum(text.slice(0, -CRC_DIGITS)) !== text.slice(-CRC_DIGITS)) return { ok: false, fault: 'crc' };
  return { ok: true, token: { environment, clientId, seed: new Uint8Array(Buffer.from(seed, 'hex')) } };
}
