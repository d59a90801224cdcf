import type { GrantTokens } from '../../grants/grant-tokens.ts';
import { readBearer } from '../bearer.ts';
import type { Check } from '../check.ts';

/** A grant of this issuer that has not expired; another environment's is told apart before its signature is looked at. */
export const grant = (tokens: GrantTokens): Check => ({
  name: 'grant',
  stage: 'identify',
  async run(call) {
    const bearer = readBearer(call.get('headers')['authorization']);
    call.establish({ grant: await tokens.verify(bearer, Date.now()) });
  },
});
