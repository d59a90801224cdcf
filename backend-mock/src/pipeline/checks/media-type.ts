import { requireMediaType } from '../admit.ts';
import type { Check } from '../check.ts';

/** One media type, uncompressed: nothing that two parsers could read in two ways. */
export const mediaType: Check = {
  name: 'media-type',
  stage: 'admit',
  run(call) {
    requireMediaType(call.request.rawHeaders);
  },
};
