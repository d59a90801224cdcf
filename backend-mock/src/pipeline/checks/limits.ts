import { Refusal } from '../../common/refusal.ts';
import { commitLocks, takeFromLimits } from '../../limits/limits-repository.ts';
import { retryAfterSeconds } from '../../limits/rate-limit-headers.ts';
import { principalKey } from '../../principal/principal.ts';
import type { Check } from '../check.ts';

/** What one client for one owner, and one owner over all clients, may call in all. A tool's own quota is in its contract. */
export const CLIENT_QUOTA = { perMinute: 240, burst: 60 };
export const OWNER_QUOTA = { perMinute: 480, burst: 120 };

/** GCRA per principal, its tools and its owner; refused calls cost nothing. */
export const limits: Check = {
  name: 'limits',
  stage: 'limit',
  proofs: [
    {
      code: 'rate_limited',
      async attempt(probe) {
        const grant = await probe.grant();
        for (let used = 0; used < probe.operation.contract.limits.burst; used++) await probe.send({ grant });
        return probe.send({ grant });
      },
    },
  ],
  async run(call) {
    const principal = call.get('principal');
    const { agent } = call.get('token');
    const { name, kind, limits: quota } = call.contract;
    const states = await takeFromLimits(
      call.get('tx'),
      [
        { name: 'client', key: `client:${principalKey(principal)}`, quota: CLIENT_QUOTA },
        { name: 'tool', key: `tool:${principalKey(principal)}:${name}`, quota },
        { name: 'owner', key: `owner:${principal.ownerId}`, quota: OWNER_QUOTA },
      ],
      call.get('now'),
      kind === 'commit' ? commitLocks(agent, name) : [],
    );
    call.establish({ limits: states });
    const used = states.filter((state) => !state.allowed);
    if (used.length > 0) {
      const retryAfter = retryAfterSeconds(used);
      throw new Refusal('rate_limited', {
        detail: `Too many calls. Wait ${retryAfter} s, then go on more slowly.`,
        retryAfter,
      });
    }
  },
};
