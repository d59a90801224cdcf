import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { keyThumbprint, publicJwk, publicKeyFromX, type PublicJwk } from '@narrow-deputies/signing';
import { Database } from '../database/database.ts';

/** A signing key is replaced after this time, in milliseconds. */
const KEY_LIFE_MS = 24 * 3_600_000;
/** A public half is kept this long past its last signature: twice the life of a grant. */
const AFTERLIFE_MS = 10 * 60_000;

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly retireAt: number;
}

/**
 * The keys that sign grants and nothing else. Each process makes its own and keeps the private half in memory alone; the
 * public halves are rows, so that every replica verifies what any replica issued, and a restart ends no grant.
 */
@Injectable()
export class GrantKeys {
  readonly #database: Database;
  readonly #known = new Map<string, { key: KeyObject; expiresAt: number }>();
  #current: Promise<SigningKey> | undefined;

  constructor(@Inject(Database) database: Database) {
    this.#database = database;
  }

  /** The key to sign with now. */
  async signingKey(): Promise<SigningKey> {
    const made = this.#current;
    const current = await made?.catch(() => undefined);
    if (current && current.retireAt > Date.now()) return current;
    // Of calls that come together the first makes the key, and the others wait for it.
    if (this.#current === made) this.#current = this.#create();
    return this.#current ?? this.#create();
  }

  async #create(): Promise<SigningKey> {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const jwk = publicJwk(publicKey);
    const kid = keyThumbprint(jwk);
    await this.#database.transaction(async (tx) => {
      const now = await this.#database.now(tx);
      await tx.deleteFrom('grant_keys').where('expires_at', '<', now).execute();
      await tx
        .insertInto('grant_keys')
        .values({ kid, public_x: jwk.x, expires_at: now + KEY_LIFE_MS + AFTERLIFE_MS })
        .execute();
    });
    return { kid, privateKey, retireAt: Date.now() + KEY_LIFE_MS };
  }

  /** The public key that a grant names; undefined when no replica ever had it, or it is too old. */
  async verificationKey(kid: string): Promise<KeyObject | undefined> {
    const known = this.#known.get(kid);
    if (known) return known.expiresAt > Date.now() ? known.key : undefined;
    const row = await this.#database.db.selectFrom('grant_keys').selectAll().where('kid', '=', kid).executeTakeFirst();
    if (!row || row.expires_at <= Date.now()) return undefined;
    const key = publicKeyFromX(row.public_x);
    this.#known.set(kid, { key, expiresAt: row.expires_at });
    return key;
  }

  /** All public keys, as a JWK set (RFC 7517 section 5). */
  async jwks(): Promise<{ keys: (PublicJwk & { kid: string; use: 'sig'; alg: 'EdDSA' })[] }> {
    const rows = await this.#database.db.selectFrom('grant_keys').selectAll().execute();
    return {
      keys: rows.map((row) => ({
        kty: 'OKP',
        crv: 'Ed25519',
        x: row.public_x,
        kid: row.kid,
        use: 'sig',
        alg: 'EdDSA',
      })),
    };
  }
}
