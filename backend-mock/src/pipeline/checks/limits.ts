import type { Contract } from '@narrow-deputies/contracts';
import { Refusal } from '../../common/refusal.ts';
import { commitLocks, leaveCalls, takeFromLimits, type Limit } from '../../limits/limits-repository.ts';
import { retryAfterSeconds } from '../../limits/rate-limit-headers.ts';
import { principalKey, type Principal } from '../../principal/principal.ts';
import type { Check, Proof } from '../check.ts';

/** What one client for one owner, and one owner over all clients, may call in all. A tool's own quota is in its contract. */
export const CLIENT_QUOTA = { perMinute: 240, burst: 60 };
export const OWNER_QUOTA = { perMinute: 480, burst: 120 };

/** What each call is limited by, by its name in the answer's headers. */
const LIMITS: Readonly<Record<'client' | 'tool' | 'owner', (principal: Principal, contract: Contract) => Limit>> = {
  client: (principal) => ({ name: 'client', key: `client:${principalKey(principal)}`, quota: CLIENT_QUOTA }),
  tool: (principal, { name, limits: quota }) => ({
    name: 'tool',
    key: `tool:${principalKey(principal)}:${name}`,
    quota,
  }),
  owner: ({ ownerId }) => ({ name: 'owner', key: `owner:${ownerId}`, quota: OWNER_QUOTA }),
};

/** With one call left, one is let through and the next one is not: that a call is counted is shown, not assumed. */
const usedUp = (limit: keyof typeof LIMITS): Proof => ({
  code: 'rate_limited',
  async attempt(probe) {
    const grant = await probe.grant();
    const { contract } = probe.operation;
    await probe.options.prepare((tx, now) => leaveCalls(tx, LIMITS[limit](probe.options, contract), now, 1));
    const last = await probe.send({ grant });
    if (last.code === 'rate_limited') return { ...last, code: `rate_limited before the ${limit}'s last call` };
    return probe.send({ grant });
  },
});

/** GCRA per principal, its tools and its owner; refused calls cost nothing. */
export const limits: Check = {
  name: 'limits',
  stage: 'limit',
  proofs: [usedUp('client'), usedUp('tool'), usedUp('owner')],
  async run(call) {
    const principal = call.get('principal');
    const { name, kind } = call.contract;
    const states = await takeFromLimits(
      call.get('tx'),
      [LIMITS.client, LIMITS.tool, LIMITS.owner].map((limit) => limit(principal, call.contract)),
      call.get('now'),
      kind === 'commit' ? commitLocks(call.get('token').agent, name) : [],
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
