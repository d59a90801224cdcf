import { canonicalize, digestOfBytes } from '@narrow-deputies/signing';
import { readCanonicalBody } from '../canonical-body.ts';
import type { Check } from '../check.ts';

/** The body's bytes are the RFC 8785 form of what they say. */
export const canonicalBody: Check = {
  name: 'canonical-body',
  stage: 'admit',
  proofs: [{ code: 'not_canonical', attempt: (probe) => probe.send({ body: `${canonicalize(probe.args())} ` }) }],
  run(call) {
    const { body } = call.request;
    call.establish({
      body: readCanonicalBody(body, call.contract.limits.depth),
      argumentsDigest: digestOfBytes(body),
    });
  },
};
