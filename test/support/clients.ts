import { profileOf } from '@narrow-deputies/backend-mock';
import { formatToken, generateSeed, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import type { Lab } from './lab.ts';
import { WireClient } from './wire-client.ts';

/** Registers one more client, of the person `owner` unless somebody else is named, as the agent that may do most there. @throws Error when refused. */
export async function mintClient(lab: Lab, clientId: string, owner?: string): Promise<WireClient> {
  const profile = profileOf(clientId)?.agents.at(-1);
  if (!profile) throw new Error(`No server is called as ${clientId} begins.`);
  return mintWith(lab, clientId, profile.agent, profile.scopes, owner);
}

type Mint<T> = (lab: Lab, clientId: string, agent: string, scopes: readonly string[], owner?: string) => Promise<T>;

/** Registers a client with these scopes. @throws Error when refused. */
export const mintWith: Mint<WireClient> = async (lab, clientId, agent, scopes, owner) =>
  new WireClient(lab.backend.backendUrl, await mintToken(lab, clientId, agent, scopes, owner));

/** The same. @returns the token itself. */
export const mintToken: Mint<string> = async (lab, clientId, agent, scopes, owner = 'owner') => {
  const { environment } = lab.backend;
  const seed = generateSeed();
  const { status, text } = await lab.people.owner.call('mint_token', {
    clientId,
    publicX: publicJwk(privateKeyFromSeed(seed)).x,
    agent,
    scopes: [...scopes],
    owner,
    expiresInDays: 1,
  });
  if (status !== 200) throw new Error(`No token for ${clientId}: ${text}`);
  return formatToken({ environment, clientId, seed });
};
