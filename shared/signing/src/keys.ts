import { createPrivateKey, createPublicKey, hash, randomFillSync, type KeyObject } from 'node:crypto';
import { decodeExactly } from './base64.ts';
import { canonicalize } from './canonical.ts';
import { isWeakPoint } from './weak-point.ts';

/** An Ed25519 public key as a JWK (RFC 8037 section 2); `x` is 32 bytes in base64url without padding. */
export interface PublicJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
}

/** Bytes of a seed, RFC 8032's private key, and of a public key. */
export const KEY_BYTES = 32;

/** Everything before the seed in an Ed25519 private key of PKCS#8 (RFC 8410 section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** 32 bytes from the system's random source. */
export function generateSeed(): Uint8Array {
  return randomFillSync(new Uint8Array(KEY_BYTES));
}

/**
 * The private key that a seed stands for (RFC 8032 section 5.1.5). Make it once and keep the object.
 *
 * @throws TypeError when the seed is not 32 bytes.
 */
export function privateKeyFromSeed(seed: Uint8Array): KeyObject {
  if (seed.length !== KEY_BYTES) throw new TypeError('A seed has 32 bytes.');
  const der = Buffer.concat([PKCS8_PREFIX, seed]);
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } finally {
    der.fill(0);
  }
}

/**
 * The public JWK of a private or public key, with the three required members only.
 *
 * @throws TypeError when the key is not Ed25519.
 */
export function publicJwk(key: KeyObject): PublicJwk {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('The key is not an Ed25519 key.');
  const { x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('The key has no public part.');
  return { kty: 'OKP', crv: 'Ed25519', x };
}

/**
 * The public key of a JWK's `x`. Make it once and keep the object.
 *
 * @throws TypeError when `x` is not the one base64url spelling of 32 bytes, or names a point that must not be a key.
 */
export function publicKeyFromX(x: string): KeyObject {
  const point = decodeExactly(x, 'base64url', KEY_BYTES);
  if (point === undefined) throw new TypeError('x is not 32 bytes in base64url.');
  if (isWeakPoint(point)) throw new TypeError('x is not an acceptable Ed25519 public key.');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** The key's identifier: RFC 7638 thumbprint, SHA-256 in base64url, 43 characters (RFC 8037 appendix A.3). */
export function keyThumbprint(jwk: PublicJwk): string {
  return hash('sha256', canonicalize({ crv: jwk.crv, kty: jwk.kty, x: jwk.x }), 'base64url');
}
