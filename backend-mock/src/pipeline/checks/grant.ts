import type { GrantTokens } from '../../grants/grant-tokens.ts';
import { readBearer } from '../bearer.ts';
import type { Probe } from '../../self-check/probe.ts';
import type { Check } from '../check.ts';

/** A grant of this issuer that has not expired; another environment's is told apart before its signature is looked at. */
export const grant = (tokens: GrantTokens): Check => ({
  name: 'grant',
  stage: 'identify',
  proofs: [
    { code: 'unauthenticated', attempt: async (probe) => probe.send({ grant: tamperWithClaims(await probe.grant()) }) },
    { code: 'wrong_environment', attempt: (probe) => probe.send({ grant: foreignGrant(probe) }) },
  ],
  async run(call) {
    const bearer = readBearer(call.get('headers')['authorization']);
    call.establish({ grant: await tokens.verify(bearer, Date.now()) });
  },
});

/** The same claims under a signature of other bytes. */
function tamperWithClaims(genuine: string): string {
  const [header = '', payload = '', signature = ''] = genuine.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as object;
  return `${header}.${Buffer.from(JSON.stringify({ ...claims, scope: 'everything' })).toString('base64url')}.${signature}`;
}

/** A token that names another issuer; an assertion has the form of one. */
const foreignGrant = (probe: Probe): string => probe.assertion(`${probe.options.backendUrl}/elsewhere`);
