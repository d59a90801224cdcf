import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Database, type Reader } from '../../database/database.ts';
import { CHALLENGE_LIFE_MS } from './challenges-repository.ts';

const RANDOM_BYTES = 24;
const TIME_BYTES = 8;
const SEAL_BYTES = 32;
const KEY_NAME = 'challenge_key';

/**
 * Challenges that are kept nowhere until somebody has answered one: whoever asks for many uses up no row and no limit, and
 * keeps nobody else from asking. Random bytes, the end of its life, and HMAC-SHA-256 (RFC 2104) over both and what it is for.
 */
@Injectable()
export class ChallengeSeal {
  #key: Buffer | undefined;

  constructor(@Inject(Database) private readonly database: Database) {}

  /** @param bound what it is good for, and nothing else. @returns the challenge, base64url. */
  async make(bound: string): Promise<string> {
    const end = Buffer.alloc(TIME_BYTES);
    end.writeBigUInt64BE(BigInt(Date.now() + CHALLENGE_LIFE_MS));
    const text = Buffer.concat([randomBytes(RANDOM_BYTES), end]);
    return Buffer.concat([text, this.#sealOf(await this.#require(), text, bound)]).toString('base64url');
  }

  /** @returns when it ends, in milliseconds since the epoch; undefined for one that was not made here, or is too old. */
  async open(reader: Reader, challenge: string, bound: string, now: number): Promise<number | undefined> {
    const bytes = Buffer.from(challenge, 'base64url');
    if (bytes.length !== RANDOM_BYTES + TIME_BYTES + SEAL_BYTES || bytes.toString('base64url') !== challenge) return;
    const text = bytes.subarray(0, RANDOM_BYTES + TIME_BYTES);
    const seal = bytes.subarray(RANDOM_BYTES + TIME_BYTES);
    const key = await this.#find(reader);
    if (!key || !timingSafeEqual(seal, this.#sealOf(key, text, bound))) return undefined;
    const end = Number(text.readBigUInt64BE(RANDOM_BYTES));
    return end > now ? end : undefined;
  }

  #sealOf(key: Buffer, text: Buffer, bound: string): Buffer {
    return createHmac('sha256', key).update(text).update(bound).digest();
  }

  /** One for all replicas, so it lies in the store: whoever can write that needs no challenge. */
  async #find(reader: Reader): Promise<Buffer | undefined> {
    if (this.#key) return this.#key;
    const row = await reader.selectFrom('settings').select('value').where('name', '=', KEY_NAME).executeTakeFirst();
    return row && (this.#key = Buffer.from(row.value, 'base64url'));
  }

  async #require(): Promise<Buffer> {
    const { db } = this.database;
    const known = await this.#find(db);
    if (known) return known;
    const value = randomBytes(32).toString('base64url');
    await db
      .insertInto('settings')
      .values({ name: KEY_NAME, value })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    const made = await this.#find(db);
    if (!made) throw new Error('The store keeps no key for challenges.');
    return made;
  }
}
