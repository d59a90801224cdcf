import type { Principal } from '../principal/principal.ts';
import type { Grant } from './grant.ts';
import type { TokenRecord } from './tokens-repository.ts';

/**
 * Whose calls a grant stands for: the one place that says so.
 *
 * @returns undefined where the grant is not of the token that its key belongs to.
 */
export function principalOf(grant: Pick<Grant, 'clientId' | 'sub'>, token: TokenRecord): Principal | undefined {
  const { clientId, ownerId } = token;
  return grant.clientId === clientId && grant.sub === ownerId ? { clientId, ownerId } : undefined;
}
