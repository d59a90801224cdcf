import { requireMediaType } from '../admit.ts';
import type { Check } from '../check.ts';

/** One media type, uncompressed: nothing that two parsers could read in two ways. */
export const mediaType: Check = {
  name: 'media-type',
  stage: 'admit',
  proofs: [
    { code: 'unsupported_media_type', attempt: (probe) => probe.send({ headers: { 'content-type': 'text/plain' } }) },
  ],
  run(call) {
    requireMediaType(call.request.rawHeaders);
  },
};
