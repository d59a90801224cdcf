import { readFile } from 'node:fs/promises';
import { keyThumbprint, parseToken, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import * as z from 'zod';
import type { Database } from '../database/database.ts';
import { isLive, mintFirstToken } from '../grants/first-tokens.ts';
import type { ServerProfile } from '../grants/server-profiles.ts';
import { writePrivate } from './ready-file.ts';

const tokensSchema = z.record(z.string(), z.string());

async function readTokens(file: string): Promise<Record<string, string>> {
  try {
    return tokensSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return {};
  }
}

/**
 * The token of each server: the one of the last start while it lives, else a new one. They lie in `<home>/tokens.json`
 * (0600), because a server's host needs them and nobody else keeps them.
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
    const live = token !== undefined && (await isUsable(database, environment, profile, token));
    tokens[profile.server] = live ? token : await mintFirstToken(database, environment, profile);
  }
  if (JSON.stringify(known) !== JSON.stringify(tokens)) {
    await writePrivate(file, `${JSON.stringify(tokens, null, 2)}\n`);
  }
  return tokens;
}

async function isUsable(
  database: Database,
  environment: string,
  profile: ServerProfile,
  text: string,
): Promise<boolean> {
  const parsed = parseToken(text);
  if (!parsed.ok || parsed.token.environment !== environment || parsed.token.clientId !== profile.server) return false;
  return isLive(database, keyThumbprint(publicJwk(privateKeyFromSeed(parsed.token.seed))));
}
