import { randomUUID } from 'node:crypto';
import { Refusal } from '../../common/refusal.ts';
import { suspendedDetail } from '../../suspensions/suspension.ts';
import { findSuspension, insertSuspension } from '../../suspensions/suspensions-repository.ts';
import type { Check } from '../check.ts';

/** What people stopped is refused from the next call on: read by row, so that no replica lags behind. */
export const suspension: Check = {
  name: 'suspension',
  stage: 'entitle',
  proofs: [
    {
      code: 'suspended',
      async attempt(probe) {
        const { keyid, ownerId } = probe.options;
        const grant = await probe.grant();
        const stop = { id: randomUUID(), kind: 'token', target: keyid, reason: null, suspendedBy: ownerId } as const;
        await probe.options.prepare(async (tx, now) => {
          await insertSuspension(tx, { ...stop, suspendedAt: now });
        });
        return probe.send({ grant });
      },
    },
  ],
  async run(call) {
    const { keyid, agent } = call.get('token');
    const stop = await findSuspension(call.get('tx'), { keyid, agent, tool: call.contract.name });
    if (!stop) return undefined;
    throw new Refusal('suspended', {
      detail: suspendedDetail(stop.kind),
      conditions: ['resumed_by_administrator'],
    });
  },
};
