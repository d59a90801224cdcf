import { createHmac, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize } from '@narrow-deputies/signing';
import type { Tx } from '../database/database.ts';
import { Settings } from '../common/settings.ts';

const NAME = 'sameness-key';
const DAY_MS = 86_400_000;
const HEX_DIGITS = 16;

/**
 * Tells calls with the same arguments from others without keeping the arguments: a keyed digest whose key lives for a
 * day. When the key is gone nothing can be found again by guessing, whatever was erased since.
 */
@Injectable()
export class Sameness {
  readonly #settings: Settings;
  #known: { readonly day: number; readonly key: Buffer } | undefined;
  /** What this process proposes for the day. The same each time, because a denial undoes what it stored. */
  #proposed: { readonly day: number; readonly key: Buffer } | undefined;

  constructor(@Inject(Settings) settings: Settings) {
    this.#settings = settings;
  }

  /** @param now milliseconds. @returns hex digits. */
  async of(tx: Tx, now: number, tool: string, args: JsonObject): Promise<string> {
    const text = canonicalize({ environment: this.#settings.environment, tool, arguments: args });
    return createHmac('sha256', await this.#key(tx, now))
      .update(text)
      .digest('hex')
      .slice(0, HEX_DIGITS);
  }

  async #key(tx: Tx, now: number): Promise<Buffer> {
    const day = Math.floor(now / DAY_MS);
    if (this.#known?.day === day) return this.#known.key;
    const row = await this.#stored(tx);
    if (row?.day === day) return (this.#known = row).key;
    if (this.#proposed?.day !== day) this.#proposed = { day, key: randomBytes(32) };
    const value = `${day}:${this.#proposed.key.toString('base64url')}`;
    await tx
      .insertInto('settings')
      .values({ name: NAME, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }).where('settings.value', '<', `${day}:`))
      .execute();
    // Not remembered yet: this transaction may still be undone, or another replica have been first.
    return (await this.#stored(tx))?.key ?? Buffer.alloc(32);
  }

  async #stored(tx: Tx): Promise<{ day: number; key: Buffer } | undefined> {
    const row = await tx.selectFrom('settings').select('value').where('name', '=', NAME).executeTakeFirst();
    const [day = '', key = ''] = row?.value.split(':') ?? [];
    return row && { day: Number(day), key: Buffer.from(key, 'base64url') };
  }
}
