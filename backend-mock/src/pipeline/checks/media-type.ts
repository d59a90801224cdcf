import { Refusal } from '../../common/refusal.ts';
import type { Check } from '../check.ts';
import { headerValues } from '../headers.ts';

/** Exactly `application/json`, uncompressed: nothing that two parsers could read in two ways. */
export const mediaType: Check = {
  name: 'media-type',
  stage: 'admit',
  run(call) {
    const types = headerValues(call.request.rawHeaders, 'content-type');
    if (types.length === 1 && types[0] !== 'application/json') {
      throw new Refusal('unsupported_media_type', { detail: 'The content type is exactly "application/json".' });
    }
    if (headerValues(call.request.rawHeaders, 'content-encoding').length > 0) {
      throw new Refusal('unsupported_media_type', { detail: 'The body is sent without a content encoding.' });
    }
  },
};
