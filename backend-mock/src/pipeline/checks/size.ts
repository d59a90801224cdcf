import { requireSize } from '../admit.ts';
import type { Check } from '../check.ts';

/** No body larger than its contract admits. */
export const size: Check = {
  name: 'size',
  stage: 'admit',
  proofs: [
    {
      code: 'request_too_large',
      attempt: (probe) => probe.send({ body: ' '.repeat(probe.operation.contract.limits.bodyBytes + 1) }),
    },
  ],
  run(call) {
    requireSize(call.request.body, call.contract.limits.bodyBytes);
  },
};
