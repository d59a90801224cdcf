import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@narrow-deputies/contracts';
import { Refusal } from '../../common/refusal.ts';
import { isLockTimeout } from '../../database/database.ts';
import { claimKey, completeKey, type Claim } from '../../idempotency/idempotency-repository.ts';
import type { Check } from '../check.ts';

/** Plans and commits once per idempotency key; a known outcome is returned, marked as repeated. */
export const repeatedKey: Check = {
  name: 'repeated-key',
  stage: 'repeat',
  proofs: [
    {
      code: 'idempotency_conflict',
      async attempt(probe) {
        const { clientId, ownerId } = probe.options;
        const key = { principal: { clientId, ownerId }, tool: probe.operation.contract.name, key: randomUUID() };
        await probe.options.prepare(async (tx, now) => {
          await claimKey(tx, key, 'other arguments', now);
          await completeKey(tx, key, '{}');
        });
        return probe.send({ idempotencyKey: key.key });
      },
    },
  ],
  async run(call) {
    if (call.operation.kind === 'read') return undefined;
    const key = {
      principal: call.get('principal'),
      tool: call.contract.name,
      key: call.get('idempotencyKey'),
    };
    const digest = call.get('argumentsDigest');
    let claim: Claim;
    try {
      claim = await claimKey(call.get('tx'), key, digest, call.get('now'));
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      throw new Refusal('idempotency_in_flight', {
        detail: 'The same call is still running. Wait a moment, then repeat it with the same key.',
        retryAfter: 1,
      });
    }
    if (claim.state === 'first') {
      call.establish({ claimedKey: key });
      return undefined;
    }
    if (claim.argumentsDigest !== digest) {
      throw new Refusal('idempotency_conflict', {
        detail: 'This idempotency key was used with other arguments. A new call takes a new key.',
      });
    }
    return { status: 200, headers: {}, body: { ...(JSON.parse(claim.outcome) as JsonObject), repeated: true } };
  },
};
