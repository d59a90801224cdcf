import { Refusal } from '../../common/refusal.ts';
import type { Check } from '../check.ts';

/** The tool's own scope, held by the grant and by the token's row, in a role that the contract names. */
export const scope: Check = {
  name: 'scope',
  stage: 'entitle',
  proofs: [
    {
      code: 'insufficient_scope',
      attempt: async (probe) => probe.send({ grant: await probe.grant({ scope: probe.operation.pair.scope }) }),
    },
  ],
  run(call) {
    const { scope: needed, roles, name } = call.contract;
    const { scopes, agent } = call.get('token');
    if (!call.get('grant').scopes.includes(needed) || !scopes.includes(needed) || !roles.includes(agent)) {
      throw new Refusal('insufficient_scope', {
        detail: `This credential does not cover ${name}. An administrator can mint one that does.`,
        conditions: ['other_credential'],
      });
    }
  },
};
