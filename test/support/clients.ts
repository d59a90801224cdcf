import { SERVER_PROFILES } from '@narrow-deputies/backend-mock';
import { formatToken, generateSeed, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import type { Lab } from './lab.ts';
import { WireClient } from './wire-client.ts';

/** Registers one more client of the same owner, with all scopes of the blog-publisher. @throws Error when refused. */
export async function mintClient(lab: Lab, clientId: string): Promise<WireClient> {
  const { environment, backendUrl } = lab.backend;
  const seed = generateSeed();
  const { status, text } = await lab.people.owner.call('mint_token', {
    clientId,
    publicX: publicJwk(privateKeyFromSeed(seed)).x,
    agent: 'publisher-agent',
    scopes: [...(SERVER_PROFILES[0]?.scopes ?? [])],
    owner: 'owner',
    expiresInDays: 1,
  });
  if (status !== 200) throw new Error(`No token for ${clientId}: ${text}`);
  return new WireClient(backendUrl, formatToken({ environment, clientId, seed }));
}
