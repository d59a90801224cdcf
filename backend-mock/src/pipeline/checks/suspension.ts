import { Refusal } from '../../common/refusal.ts';
import { suspendToken } from '../../grants/tokens-repository.ts';
import type { Check } from '../check.ts';

/** A suspended credential is refused from the next call on. */
export const suspension: Check = {
  name: 'suspension',
  stage: 'entitle',
  proofs: [
    {
      code: 'suspended',
      async attempt(probe) {
        const grant = await probe.grant();
        await probe.options.prepare((tx) => suspendToken(tx, probe.options.keyid));
        return probe.send({ grant });
      },
    },
  ],
  run(call) {
    if (call.get('token').state === 'suspended') {
      throw new Refusal('suspended', {
        detail: 'This credential is suspended. An administrator can resume it.',
        conditions: ['resumed_by_administrator'],
      });
    }
  },
};
