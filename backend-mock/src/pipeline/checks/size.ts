import { requireSize } from '../admit.ts';
import type { Check } from '../check.ts';

/** No body larger than its contract admits. */
export const size: Check = {
  name: 'size',
  stage: 'admit',
  run(call) {
    requireSize(call.request.body, call.contract.limits.bodyBytes);
  },
};
