import type { Kysely } from 'kysely';
import type { Tx } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import type { Principal } from '../principal/principal.ts';
import { claimClient } from './clients-repository.ts';

/** A registered credential: the public half of one API token, and what its owner let it do. */
export interface TokenRecord extends Principal {
  readonly keyid: string;
  readonly environment: string;
  readonly publicX: string;
  readonly agent: string;
  readonly scopes: readonly string[];
  /**
   * `client_taken`: the client id belongs to another owner or agent. `owner_removed`: the person that the agent acted for
   * is gone. Both are seen whenever the token is read, and neither is written to its row.
   */
  readonly state: 'active' | 'revoked' | 'client_taken' | 'owner_removed';
  readonly createdAt: number;
  readonly expiresAt: number;
}

type Row = Tables['api_tokens'] & {
  readonly client_owner: string | null;
  readonly client_agent: string | null;
  readonly owner_state: 'active' | 'removed' | null;
};

const toRecord = (row: Row): TokenRecord => ({
  keyid: row.keyid,
  clientId: row.client_id,
  environment: row.environment,
  publicX: row.public_x,
  agent: row.agent,
  ownerId: row.owner_id,
  scopes: JSON.parse(row.scopes) as string[],
  state: stateOf(row),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

/** A row alone gives no power: its client has to be its owner's and agent's, and its owner somebody who is still there. */
function stateOf(row: Row): TokenRecord['state'] {
  if (row.state !== 'active') return row.state;
  if (row.client_owner !== row.owner_id || row.client_agent !== row.agent) return 'client_taken';
  return row.owner_state === 'active' ? 'active' : 'owner_removed';
}

const tokens = (db: Tx | Kysely<Tables>) =>
  db
    .selectFrom('api_tokens')
    .leftJoin('clients', 'clients.client_id', 'api_tokens.client_id')
    .leftJoin('people', 'people.id', 'api_tokens.owner_id')
    .selectAll('api_tokens')
    .select(['clients.owner_id as client_owner', 'clients.agent as client_agent', 'people.state as owner_state']);

export async function findToken(db: Tx | Kysely<Tables>, keyid: string): Promise<TokenRecord | undefined> {
  const row = await tokens(db).where('api_tokens.keyid', '=', keyid).executeTakeFirst();
  return row && toRecord(row);
}

export async function listTokens(tx: Tx): Promise<TokenRecord[]> {
  const rows = await tokens(tx).orderBy('api_tokens.created_at').orderBy('api_tokens.keyid').execute();
  return rows.map(toRecord);
}

/** @returns the principal's credentials that may still be used at `now`. */
export async function liveTokensOf(tx: Tx, who: Principal, now: number): Promise<TokenRecord[]> {
  const own = await tokens(tx)
    .where('api_tokens.client_id', '=', who.clientId)
    .where('api_tokens.owner_id', '=', who.ownerId)
    .orderBy('api_tokens.created_at')
    .orderBy('api_tokens.keyid')
    .execute();
  return own.map(toRecord).filter((token) => tokenFault(token, now) === undefined);
}

/** @returns false, and registers nothing, where the client id belongs to another owner or agent. */
export async function insertToken(tx: Tx, token: Omit<TokenRecord, 'state'>): Promise<boolean> {
  if (!(await claimClient(tx, token, token.createdAt))) return false;
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
  return true;
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

export type TokenFault = Exclude<TokenRecord['state'], 'active'> | 'expired';

/** Why a token cannot be used at `now`; undefined when it can. */
export function tokenFault(token: TokenRecord, now: number): TokenFault | undefined {
  if (token.state !== 'active') return token.state;
  return token.expiresAt <= now ? 'expired' : undefined;
}

/** A fault for its holder, after "The token is". */
export const inWords = (fault: TokenFault): string => IN_WORDS[fault];
const IN_WORDS: Readonly<Record<TokenFault, string>> = {
  revoked: 'revoked',
  expired: 'expired',
  client_taken:
    'not usable: its client id belongs to another owner or agent. Have a token minted with a client id of its own',
  owner_removed: 'not usable any more: the person that it acted for was removed',
};
