import { Refusal } from '../../common/refusal.ts';
import type { Check } from '../check.ts';

/** No body larger than its contract admits. */
export const size: Check = {
  name: 'size',
  stage: 'admit',
  run(call) {
    const { bodyBytes } = call.contract.limits;
    if (call.request.body.byteLength > bodyBytes) {
      throw new Refusal('request_too_large', { detail: `The body of this call has at most ${bodyBytes} bytes.` });
    }
  },
};
