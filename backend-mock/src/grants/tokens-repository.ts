import type { Kysely } from 'kysely';
import type { Tx } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

/** A registered credential: the public half of one API token, and what its owner let it do. */
export interface TokenRecord {
  readonly keyid: string;
  readonly clientId: string;
  readonly environment: string;
  readonly publicX: string;
  readonly agent: string;
  readonly ownerId: string;
  readonly scopes: readonly string[];
  readonly state: 'active' | 'revoked';
  readonly createdAt: number;
  readonly expiresAt: number;
}

type Row = Tables['api_tokens'];

const toRecord = (row: Row): TokenRecord => ({
  keyid: row.keyid,
  clientId: row.client_id,
  environment: row.environment,
  publicX: row.public_x,
  agent: row.agent,
  ownerId: row.owner_id,
  scopes: JSON.parse(row.scopes) as string[],
  state: row.state,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

export async function findToken(db: Tx | Kysely<Tables>, keyid: string): Promise<TokenRecord | undefined> {
  const row = await db.selectFrom('api_tokens').selectAll().where('keyid', '=', keyid).executeTakeFirst();
  return row && toRecord(row);
}

export async function listTokens(tx: Tx): Promise<TokenRecord[]> {
  const rows = await tx.selectFrom('api_tokens').selectAll().orderBy('created_at').orderBy('keyid').execute();
  return rows.map(toRecord);
}

/** @returns the client's credentials that may still be used at `now`. */
export async function liveTokensOf(tx: Tx, clientId: string, now: number): Promise<TokenRecord[]> {
  const tokens = await listTokens(tx);
  return tokens.filter((token) => token.clientId === clientId && tokenFault(token, now) === undefined);
}

export async function insertToken(tx: Tx, token: Omit<TokenRecord, 'state'>): Promise<void> {
  await tx
    .insertInto('api_tokens')
    .values({
      keyid: token.keyid,
      client_id: token.clientId,
      environment: token.environment,
      public_x: token.publicX,
      agent: token.agent,
      owner_id: token.ownerId,
      scopes: JSON.stringify(token.scopes),
      state: 'active',
      created_at: token.createdAt,
      expires_at: token.expiresAt,
    })
    .execute();
}

/** @returns false when there was no such token, or it was revoked before. */
export async function revokeToken(tx: Tx, keyid: string): Promise<boolean> {
  const row = await tx
    .updateTable('api_tokens')
    .set({ state: 'revoked' })
    .where('keyid', '=', keyid)
    .where('state', '!=', 'revoked')
    .returning('keyid')
    .executeTakeFirst();
  return row !== undefined;
}

/** Why a token can never be used again, in words for its holder; undefined when it can. */
export function tokenFault(token: TokenRecord, now: number): 'revoked' | 'expired' | undefined {
  if (token.state === 'revoked') return 'revoked';
  return token.expiresAt <= now ? 'expired' : undefined;
}
