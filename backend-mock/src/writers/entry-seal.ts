import { createHmac, hkdfSync, timingSafeEqual, type Hmac, type KeyObject } from 'node:crypto';
import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize } from '@narrow-deputies/signing';
import { leafHash } from '@narrow-deputies/transparency-log';

/** Who wrote an entry, and as which of its entries; part of the entry itself. */
export interface EntryWriter {
  /** A lane of one process. */
  readonly id: string;
  /** From 1, without gaps. */
  readonly number: number;
}

const KEY_BYTES = 32;
/** What the key is for (RFC 5869, section 3.2): no other use of the log's seed can come to the same one. */
const INFO = 'narrow-deputies: who wrote an audit entry, version 1';
const ENTRY = 'narrow-deputies/entry/1';
const ADOPTED = 'narrow-deputies/adopted-entry/1';
const POLICY = 'narrow-deputies/policy-row/1';

/**
 * Proves that a row was written by a process with the log's key, which lies outside the store. The key is derived from the
 * seed of the key that signs the log (HKDF-SHA-256, RFC 5869), so that every replica has it and the store never does.
 */
export class EntrySeal {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  /** @param logKey the Ed25519 private key that signs the log. @throws Error for another kind of key. */
  static of(logKey: KeyObject): EntrySeal {
    const { d } = logKey.export({ format: 'jwk' });
    if (logKey.asymmetricKeyType !== 'ed25519' || typeof d !== 'string') throw new Error('The log key is none.');
    return new EntrySeal(Buffer.from(hkdfSync('sha256', Buffer.from(d, 'base64url'), '', INFO, KEY_BYTES)));
  }

  /** Whether it was derived from this key. */
  isOf(logKey: KeyObject): boolean {
    return timingSafeEqual(this.#key, EntrySeal.of(logKey).#key);
  }

  /** Seals an entry, by its exact bytes and its place in its lane (HMAC-SHA-256, RFC 2104), base64url. */
  entry(entry: Uint8Array, { id, number }: EntryWriter): string {
    return this.#mac(`${ENTRY}\n${id}\n${number}\n`).update(leafHash(entry)).digest('base64url');
  }

  /** Seals an entry that was there before entries had writers. */
  adopted(entry: Uint8Array): string {
    return this.#mac(`${ADOPTED}\n`).update(leafHash(entry)).digest('base64url');
  }

  /** Seals what became the active policy: what of it, by whom and when. */
  policy(facts: JsonObject): string {
    return this.#mac(`${POLICY}\n${canonicalize(facts)}`).digest('base64url');
  }

  #mac(begin: string): Hmac {
    return createHmac('sha256', this.#key).update(begin);
  }
}

/** Whether a stored seal is the right one; compared in a time that says nothing of where they differ. */
export function isSeal(stored: string | null, right: string): boolean {
  const [one, other] = [Buffer.from(stored ?? ''), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
