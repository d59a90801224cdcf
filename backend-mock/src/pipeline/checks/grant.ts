import { Refusal } from '../../common/refusal.ts';
import type { GrantTokens } from '../../grants/grant-tokens.ts';
import type { Check } from '../check.ts';

const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/;

/** A grant of this issuer that has not expired; another environment's is told apart before its signature is looked at. */
export const grant = (tokens: GrantTokens): Check => ({
  name: 'grant',
  stage: 'identify',
  async run(call) {
    const bearer = BEARER.exec(call.get('headers')['authorization'] ?? '')?.[1];
    if (bearer === undefined) {
      throw new Refusal('unauthenticated', { detail: 'The header "authorization" is "Bearer <grant>".' });
    }
    call.establish({ grant: await tokens.verify(bearer, Date.now()) });
  },
});
