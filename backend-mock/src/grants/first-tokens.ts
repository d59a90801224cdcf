import { formatToken, generateSeed, keyThumbprint, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import { AuditService } from '../audit/audit.service.ts';
import { currentTime } from '../common/clock.ts';
import { Settings } from '../common/settings.ts';
import type { Database } from '../database/database.ts';
import { findPersonByName } from '../people/people-repository.ts';
import type { ServerProfile } from './server-profiles.ts';
import { findToken, insertToken, listTokens, tokenFault } from './tokens-repository.ts';

export const TOKEN_LIFE_DAYS = 90;
const DAY_MS = 24 * 3_600_000;

/** A fresh secret and what the backend may know of it. */
export function newToken(environment: string, clientId: string): { token: string; keyid: string; publicX: string } {
  const seed = generateSeed();
  const jwk = publicJwk(privateKeyFromSeed(seed));
  return { token: formatToken({ environment, clientId, seed }), keyid: keyThumbprint(jwk), publicX: jwk.x };
}

/** Whether a token may still be used. */
export const isLive = (database: Database, keyid: string): Promise<boolean> =>
  database.transaction(async (tx) => {
    const token = await findToken(tx, keyid);
    return token !== undefined && tokenFault(token, await currentTime(database, tx)) === undefined;
  });

/** Whether any token of this client was ever registered, in whatever state it is now. */
export const everHadToken = (database: Database, clientId: string): Promise<boolean> =>
  database.transaction(async (tx) => (await listTokens(tx)).some((token) => token.clientId === clientId));

/** Registers the first token of a server, for the person `owner`, directly in the store. @returns the secret. */
export async function mintFirstToken(database: Database, environment: string, profile: ServerProfile): Promise<string> {
  const { token, keyid, publicX } = newToken(environment, profile.server);
  const audit = new AuditService(new Settings(environment));
  await database.transaction(async (tx) => {
    const now = await currentTime(database, tx);
    const owner = await findPersonByName(tx, 'owner');
    if (!owner) throw new Error('The first people have to be there before the first tokens.');
    const inserted = await insertToken(tx, {
      keyid,
      clientId: profile.server,
      environment,
      publicX,
      agent: profile.agents[0].agent,
      ownerId: owner.id,
      scopes: profile.agents[0].scopes,
      createdAt: now,
      expiresAt: now + TOKEN_LIFE_DAYS * DAY_MS,
    });
    if (!inserted) throw new Error(`The client id "${profile.server}" belongs to another owner or agent.`);
    await audit.record(tx, now, {
      tool: 'people.mint_first_token',
      kind: 'system',
      outcome: 'succeeded',
      decision: 'allow',
      rules: ['first-start'],
      owner: owner.id,
      details: { keyid, clientId: profile.server, scopes: [...profile.agents[0].scopes] },
    });
  });
  return token;
}
