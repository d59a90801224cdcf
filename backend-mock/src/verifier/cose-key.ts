import { createPublicKey, type KeyObject } from 'node:crypto';
import { ML_DSA_44 } from './algorithms.ts';

type Item = number | Buffer;

const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const MAP = 5;

/** Reads the part of CBOR (RFC 8949) that a COSE key is written in: integers, bytes, one map of them. */
class CborReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  readMap(): Map<number, Item> {
    const { major, value: size } = this.#head();
    if (major !== MAP) throw new TypeError('A COSE key is a map.');
    const map = new Map<number, Item>();
    for (let count = 0; count < size; count++) {
      const key = this.#item();
      if (typeof key !== 'number' || map.has(key)) throw new TypeError('A label is a number, and there once.');
      map.set(key, this.#item());
    }
    return map;
  }

  #item(): Item {
    const { major, value } = this.#head();
    if (major === UNSIGNED) return value;
    if (major === NEGATIVE) return -1 - value;
    if (major !== BYTES) throw new TypeError('A COSE key of these kinds has numbers and bytes alone.');
    this.#at += value;
    if (this.#at > this.#bytes.length) throw new RangeError('The key ends early.');
    return this.#bytes.subarray(this.#at - value, this.#at);
  }

  #head(): { major: number; value: number } {
    const first = this.#bytes.readUInt8(this.#at);
    const [major, low] = [first >> 5, first & 0x1f];
    this.#at += 1;
    if (low < 24) return { major, value: low };
    const width = { 24: 1, 25: 2, 26: 4 }[low];
    if (width === undefined) throw new RangeError('A length of this form is not in a key.');
    const value = this.#bytes.readUIntBE(this.#at, width);
    this.#at += width;
    return { major, value };
  }
}

/** An authenticator's public key, and the digest that its signatures are over; null where the algorithm has its own. */
export interface AssertionKey {
  /** COSE number. */
  readonly algorithm: number;
  /** Null where the running Node does not know the algorithm, so that nothing can be said of its signatures. */
  readonly key: KeyObject | null;
  readonly digest: 'sha256' | null;
}

const base64url = (item: Item | undefined): string => {
  if (!Buffer.isBuffer(item)) throw new TypeError('A coordinate is bytes.');
  return item.toString('base64url');
};

/** Bytes of a public key of ML-DSA-44 (FIPS 204, table 2). */
const ML_DSA_44_BYTES = 1312;

/**
 * Reads a COSE public key (RFC 9052 section 7) of ES256, EdDSA over Ed25519, RS256 (RFC 9053, RFC 8812) or ML-DSA-44
 * (draft-ietf-cose-dilithium).
 *
 * @returns undefined for anything else. Never throws.
 */
export function readCoseKey(text: string): AssertionKey | undefined {
  try {
    const bytes = Buffer.from(text, 'base64url');
    const reader = new CborReader(bytes);
    const map = reader.readMap();
    if (!reader.atEnd || bytes.toString('base64url') !== text) return undefined;
    const [type, algorithm, curve] = [map.get(1), map.get(3), map.get(-1)];
    if (type === 2 && algorithm === -7 && curve === 1) {
      const jwk = { kty: 'EC', crv: 'P-256', x: base64url(map.get(-2)), y: base64url(map.get(-3)) };
      return { algorithm, key: createPublicKey({ key: jwk, format: 'jwk' }), digest: 'sha256' };
    }
    if (type === 1 && algorithm === -8 && curve === 6) {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: base64url(map.get(-2)) };
      return { algorithm, key: createPublicKey({ key: jwk, format: 'jwk' }), digest: null };
    }
    if (type === 3 && algorithm === -257) {
      const jwk = { kty: 'RSA', n: base64url(map.get(-1)), e: base64url(map.get(-2)) };
      return { algorithm, key: createPublicKey({ key: jwk, format: 'jwk' }), digest: 'sha256' };
    }
    if (type === AKP && algorithm === ML_DSA_44) {
      const pub = map.get(-1);
      if (!Buffer.isBuffer(pub) || pub.length !== ML_DSA_44_BYTES) return undefined;
      return { algorithm, key: mlDsaKey(pub.toString('base64url')), digest: null };
    }
    return undefined;
  } catch {
    return undefined;
  }
}

/** Key type of algorithm key pairs: the algorithm says all. */
const AKP = 7;

/** Of a key of the right length, only a Node that does not know the algorithm makes none. */
function mlDsaKey(pub: string): KeyObject | null {
  try {
    return createPublicKey({ key: { kty: 'AKP', alg: 'ML-DSA-44', pub }, format: 'jwk' });
  } catch {
    return null;
  }
}
