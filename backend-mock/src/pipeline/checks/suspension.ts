import { Refusal } from '../../common/refusal.ts';
import type { Check } from '../check.ts';

/** A suspended credential is refused from the next call on. */
export const suspension: Check = {
  name: 'suspension',
  stage: 'entitle',
  run(call) {
    if (call.get('token').state === 'suspended') {
      throw new Refusal('suspended', {
        detail: 'This credential is suspended. An administrator can resume it.',
        conditions: ['resumed_by_administrator'],
      });
    }
  },
};
