import { randomBytes } from 'node:crypto';
import { Refusal } from '../../common/refusal.ts';
import { NONCE_MEMORY_MS, rememberNonce } from '../../nonces/nonces-repository.ts';
import type { Check } from '../check.ts';

/** Each nonce once per key. Nothing is remembered before the signature has verified. */
export const replay: Check = {
  name: 'replay',
  stage: 'identify',
  proofs: [
    {
      code: 'replayed',
      async attempt(probe) {
        const nonce = randomBytes(18).toString('base64url');
        await probe.send({ signature: { nonce } });
        return probe.send({ signature: { nonce } });
      },
    },
  ],
  async run(call) {
    const { nonce, keyid, expires } = call.get('signature');
    if (!(await rememberNonce(call.get('tx'), keyid, nonce, expires * 1000 + NONCE_MEMORY_MS))) {
      throw new Refusal('replayed', {
        detail: 'A request with this nonce was seen before. A retry is signed anew, with the same idempotency key.',
      });
    }
  },
};
