import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { decodeBase64, encodeBase64 } from './text.ts';

/** A key that is trusted to sign notes: its name, its identifier (8 lower-case hex digits) and the Ed25519 public key. */
export interface NoteVerifier {
  name: string;
  keyId: string;
  publicKey: KeyObject;
}

/** A key that signs notes, with the name that it signs under. */
export interface NoteSigner {
  name: string;
  privateKey: KeyObject;
}

const ED25519_TYPE = 0x01;
const PUBLIC_KEY_BYTES = 32;
const KEY_ID_HEX_DIGITS = 8;
// C2SP signed-note, "Format": not empty, no Unicode space, no plus; and no control character, as anywhere in a note.
const KEY_NAME = /^[^\p{White_Space}\p{Cc}+]+$/u;
const VERIFIER_KEY = /^([^+]+)\+([0-9a-f]{8})\+([^\s]+)$/u;

/** Whether a text can be the name of a key (C2SP signed-note, "Format"). */
export function isKeyName(name: string): boolean {
  return name.isWellFormed() && KEY_NAME.test(name);
}

/**
 * The verifier of an Ed25519 public key under a name (C2SP signed-note, "Ed25519 signatures").
 *
 * @throws TypeError when the name is none or the key is not an Ed25519 public key.
 */
export function noteVerifier(name: string, publicKey: KeyObject): NoteVerifier {
  return { name, keyId: keyIdOf(name, typedKey(publicKey)), publicKey };
}

/** The verifier that belongs to a signer. Throws TypeError as `noteVerifier` does. */
export function verifierOf({ name, privateKey }: NoteSigner): NoteVerifier {
  return noteVerifier(name, createPublicKey(privateKey));
}

/** Writes a verifier key as text: `<name>+<key id>+base64(0x01 || public key)` (C2SP signed-note, "Verifier keys"). */
export function formatVerifierKey({ name, keyId, publicKey }: NoteVerifier): string {
  return `${name}+${keyId}+${encodeBase64(typedKey(publicKey))}`;
}

/** Reads what `formatVerifierKey` writes; undefined for any other text, another kind of key or a wrong key id. */
export function parseVerifierKey(text: string): NoteVerifier | undefined {
  const [, name, keyId, encoded] = VERIFIER_KEY.exec(text) ?? [];
  if (name === undefined || keyId === undefined || encoded === undefined || !isKeyName(name)) return undefined;
  const typed = decodeBase64(encoded);
  if (typed?.length !== 1 + PUBLIC_KEY_BYTES || typed[0] !== ED25519_TYPE) return undefined;
  if (keyIdOf(name, typed) !== keyId) return undefined;
  const x = Buffer.from(typed.subarray(1)).toString('base64url');
  return { name, keyId, publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) };
}

/** 0x01 and the 32 bytes of the public key (RFC 8032 section 5.1.5). */
function typedKey(publicKey: KeyObject): Uint8Array {
  if (publicKey.type !== 'public' || publicKey.asymmetricKeyType !== 'ed25519') {
    throw new TypeError('A note is verified with an Ed25519 public key.');
  }
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return Buffer.concat([Buffer.of(ED25519_TYPE), Buffer.from(x, 'base64url')]);
}

/** The first four bytes of SHA-256(name || 0x0A || type || public key), in hex. */
function keyIdOf(name: string, typed: Uint8Array): string {
  if (!isKeyName(name)) throw new TypeError('A key name has no spaces, control characters or plus, and is not empty.');
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), typed]), 'hex').slice(0, KEY_ID_HEX_DIGITS);
}
