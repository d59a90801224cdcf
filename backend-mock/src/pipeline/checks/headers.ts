import { OPERATION_PROFILE } from '@narrow-deputies/signing';
import { requireSignedHeaders } from '../admit.ts';
import type { Check } from '../check.ts';

/** Every header that the signature covers, and those that carry it, exactly once; no query. */
export const headers: Check = {
  name: 'headers',
  stage: 'admit',
  proofs: [{ code: 'malformed_request', attempt: (probe) => probe.send({ headers: { traceparent: undefined } }) }],
  run(call) {
    const { headers: found, requestId, traceId } = requireSignedHeaders(call.request, OPERATION_PROFILE);
    call.establish({ headers: found, idempotencyKey: requestId, traceId });
  },
};
