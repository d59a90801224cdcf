import { readFile } from 'node:fs/promises';
import { keyThumbprint, parseToken, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import * as z from 'zod';
import type { Database } from '../database/database.ts';
import { everHadToken, isLive, mintFirstToken } from '../grants/first-tokens.ts';
import { profileOf, type ServerProfile } from '../grants/server-profiles.ts';
import type { Home } from './home.ts';
import { readReady, writePrivate, writeReady } from './ready-file.ts';

const tokensSchema = z.record(z.string(), z.string());

async function readTokens(file: string): Promise<Record<string, string>> {
  try {
    return tokensSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return {};
  }
}

/**
 * The token of each server. They lie in `<home>/tokens.json` (0600), because a server's host needs them and nobody else
 * keeps them. Only a server that never had a token gets one here: what an administrator revoked, or let expire, does not
 * come back by itself.
 *
 * @returns no entry for a server whose token cannot be used any more.
 */
export async function ensureServerTokens(
  database: Database,
  environment: string,
  file: string,
  profiles: readonly ServerProfile[],
): Promise<Record<string, string>> {
  const known = await readTokens(file);
  const tokens: Record<string, string> = {};
  for (const profile of profiles) {
    const token = known[profile.server];
    if (token !== undefined && (await isUsable(database, environment, profile, token))) {
      tokens[profile.server] = token;
    } else if (!(await everHadToken(database, profile.server))) {
      tokens[profile.server] = await mintFirstToken(database, environment, profile);
    }
  }
  if (JSON.stringify(known) !== JSON.stringify(tokens)) await writeTokens(file, tokens);
  return tokens;
}

const writeTokens = (file: string, tokens: Record<string, string>): Promise<void> =>
  writePrivate(file, `${JSON.stringify(tokens, null, 2)}\n`);

/** Makes a token the one that this home's server uses, now and after the next start. */
export async function saveServerToken(home: Home, server: string, token: string): Promise<void> {
  await writeTokens(home.tokensFile, { ...(await readTokens(home.tokensFile)), [server]: token });
  const ready = await readReady(home.readyFile);
  const entry = ready?.servers[server];
  if (!ready || !entry) return;
  const servers = { ...ready.servers, [server]: { ...entry, env: { ...entry.env, DEPUTY_TOKEN: token } } };
  await writeReady(home.readyFile, { ...ready, servers });
}

async function isUsable(
  database: Database,
  environment: string,
  profile: ServerProfile,
  text: string,
): Promise<boolean> {
  const parsed = parseToken(text);
  if (!parsed.ok || parsed.token.environment !== environment) return false;
  if (profileOf(parsed.token.clientId)?.server !== profile.server) return false;
  return isLive(database, keyThumbprint(publicJwk(privateKeyFromSeed(parsed.token.seed))));
}
