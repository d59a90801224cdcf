import { OPERATION_PROFILE } from '@narrow-deputies/signing';
import { Refusal } from '../../common/refusal.ts';
import type { Check } from '../check.ts';
import { parseIdempotencyKey, parseTraceId, requireHeaders } from '../headers.ts';

/** Headers that the signature covers, and those that carry it. */
const REQUIRED = [
  ...OPERATION_PROFILE.components.filter((component) => !component.startsWith('@')),
  'signature-input',
  'signature',
];

/** Every header exactly once; no query. */
export const headers: Check = {
  name: 'headers',
  stage: 'admit',
  run(call) {
    const { rawHeaders, path } = call.request;
    if (path.includes('?')) throw new Refusal('malformed_request', { detail: 'The request has no query.' });
    const found = requireHeaders(rawHeaders, REQUIRED);
    call.establish({
      headers: found,
      idempotencyKey: parseIdempotencyKey(found['idempotency-key'] ?? ''),
      traceId: parseTraceId(found['traceparent'] ?? ''),
    });
  },
};
