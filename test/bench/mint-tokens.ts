import { profileOf } from '@narrow-deputies/backend-mock';
import { formatToken, generateSeed, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import type { WirePerson } from '../support/lab.ts';

/** Calls at once of list_drafts that the limits leave to one client, with some to spare (20 in its contract). */
export const CALLS_OF_CLIENT = 18;
/** What the limits leave to one owner over all clients, with some to spare: calls at once, and calls a second after them. */
export const OWNER_BURST = 110;
export const OWNER_PER_SECOND = 7.5;
/** The people of a fresh store; the agents' clients are shared out among them. */
const OWNERS = ['owner', 'reviewer'] as const;

export interface MintedToken {
  readonly token: string;
  readonly owner: string;
}

/**
 * Registers clients of blog-publisher, so that a measurement stays inside the limits, which are part of what is measured.
 *
 * @param administrator - whoever may mint.
 * @throws Error when one is refused.
 */
export async function mintTokens(
  administrator: WirePerson,
  environment: string,
  count: number,
): Promise<readonly MintedToken[]> {
  const minted: MintedToken[] = [];
  for (let index = 0; index < count; index += 1) {
    const clientId = `blog-publisher-bench${index}`;
    const owner = OWNERS[index % OWNERS.length] ?? OWNERS[0];
    const seed = generateSeed();
    const { status, text } = await administrator.call('mint_token', {
      clientId,
      publicX: publicJwk(privateKeyFromSeed(seed)).x,
      agent: 'publisher-agent',
      scopes: [...(profileOf('blog-publisher')?.agents[0].scopes ?? [])],
      owner,
      expiresInDays: 1,
    });
    if (status !== 200) throw new Error(`No token for ${clientId}: ${text}`);
    minted.push({ token: formatToken({ environment, clientId, seed }), owner });
  }
  return minted;
}
