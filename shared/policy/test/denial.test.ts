import { describe, expect, test } from '@jest/globals';
import { adviseDenied, explain, historyOf, noHistory, type DenialAdvice } from '../src/index.ts';
import { forAll } from './support/for-all.ts';
import { randomPolicy, type When, type Written } from './support/random-policy.ts';
import type { Random } from './support/random.ts';
import { after, ago, allow, ask, callOf, DAY, deny, HOUR, MINUTE, NOON, policyOf, refundOf } from './support/small.ts';
import { decided, randomSituations, ready, type Ready, type Situation } from './support/triples.ts';

const WORDS: readonly string[] = [
  'content',
  'fewer_calls',
  'hours',
  'lower_risk',
  'other_arguments',
  'other_owner',
  'other_role',
  'recent_actions',
  'smaller_amount',
  'task',
];

const adviceOn = ({ compiled }: Ready, { call, past }: Situation): DenialAdvice =>
  adviseDenied(compiled, call, historyOf(past, call));
const at = (situation: Situation, time: number): Situation => ({ ...situation, call: { ...situation.call, time } });
const REFUND = { tools: ['commit_refund'] };

/** Calls of random policies that were denied; nothing happens after them. */
function denied(random: Random, written: Written, check: (policy: Ready, situation: Situation) => void): void {
  const policy = ready(written);
  for (const { call, past } of randomSituations(random, 4)) {
    const situation = { call, past: past.filter(({ time }) => time <= call.time) };
    if (decided(policy, situation).effect === 'deny') check(policy, situation);
  }
}

describe('what an agent is told when it is denied', () => {
  test('is of kinds alone: no number, id or word of the policy [policy.denial-silent]', () => {
    let told = 0;
    forAll(400, (random) => {
      denied(random, randomPolicy(random), (policy, situation) => {
        const { retryAt, ...advice } = adviceOn(policy, situation);
        told += advice.conditions.length;
        expect(Object.keys(advice).toSorted()).toEqual(['conditions', 'taskMissing']);
        expect(advice.conditions).toEqual(WORDS.filter((word) => advice.conditions.some((each) => each === word)));
        expect(JSON.stringify(advice)).not.toMatch(/\d/);
        expect(retryAt === null || retryAt > situation.call.time).toBe(true);
      });
    });
    expect(told).toBeGreaterThan(300);
  });

  test('is the same whatever the threshold that was passed [policy.denial-silent]', () => {
    const told = [10, 99].map((maximum) => {
      const when = { ...REFUND, arguments: [{ pointer: '/amount', maximum }] };
      return adviceOn(policyOf({ rules: [allow(when)] }), after(refundOf(500)));
    });
    expect(told[0]).toEqual({ conditions: ['other_arguments'], retryAt: null, taskMissing: false });
    expect(told[1]).toEqual(told[0]);
  });

  test('is nothing for a tool that nobody knows, and nothing where the call is suspended or not denied', () => {
    const nothing = { conditions: [], retryAt: null, taskMissing: false };
    const factors = [{ id: 'always', score: 90, abuse: true } as const];
    expect(adviceOn(policyOf({ rules: [allow()] }), after(callOf('drop_tables')))).toEqual(nothing);
    expect(adviceOn(policyOf({ rules: [allow()] }), after(refundOf(5)))).toEqual(nothing);
    const suspended = policyOf({ rules: [deny({ task: 'unbound' })], factors, suspendAt: 50 });
    expect(adviceOn(suspended, after(refundOf(5)))).toEqual(nothing);
  });

  test('is of the rules that came closest, where nothing matched [policy.denial-silent]', () => {
    const near = allow({ ...REFUND, task: 'bound' }, 'near');
    const nearer = allow({ ...REFUND, owner_roles: ['support-lead'] }, 'nearer');
    const far = allow({ ...REFUND, task: 'bound', content_flags: { minimum: 1 } }, 'far');
    const advice = adviceOn(policyOf({ rules: [near, far, nearer] }), after(refundOf(5)));
    expect(advice).toEqual({ conditions: ['other_owner', 'task'], retryAt: null, taskMissing: true });
  });

  test('is not to get a task, where there is one and it should not be [policy.denial-silent]', () => {
    const policy = policyOf({ rules: [allow({ ...REFUND, task: 'unbound' })] });
    const advice = adviceOn(policy, after(refundOf(5, { task: true })));
    expect(advice).toEqual({ conditions: ['task'], retryAt: null, taskMissing: false });
  });

  test('passes over what is unclear to a rule that matches nevertheless [policy.denial-silent]', () => {
    const odd = ask({ ...REFUND, task: 'bound', arguments: [{ pointer: '/amount', minimum: 5 }] });
    const call = callOf('commit_refund', { arguments: { amount: 'five' } });
    expect(adviceOn(policyOf({ rules: [odd] }), after(call)).conditions).toEqual(['task']);
  });
});

describe('when an agent may try again', () => {
  test('the call is no longer denied then, where nothing happened since [policy.retry-honest]', () => {
    let promised = 0;
    forAll(700, (random) => {
      denied(random, randomPolicy(random), (policy, situation) => {
        const { retryAt } = adviceOn(policy, situation);
        if (retryAt === null) return;
        const [now, then] = [decided(policy, situation), decided(policy, at(situation, retryAt))];
        // Time alone may raise a score, of which nothing is promised.
        if (now.risk.score !== then.risk.score) return;
        promised += 1;
        expect(then.effect).not.toBe('deny');
        expect(then.rules).not.toEqual(expect.arrayContaining(now.rules.slice(0, 1)));
      });
    });
    expect(promised).toBeGreaterThan(60);
  });

  test('hours give the first moment, and null only where there is none [policy.retry-honest]', () => {
    const byClock = ({ recent, first_time_in: first, risk, cumulative_risk: added }: When): boolean =>
      !recent && !first && !risk && !added;
    let promised = 0;
    let never = 0;
    forAll(300, (random) => {
      const { policy } = randomPolicy(random);
      const rules = policy.rules.filter((rule) => byClock(rule.when) && (rule.when.hours ?? rule.when.outside_hours));
      const written = { policy: { ...policy, rules, limits: [], risk: undefined }, packs: {} };
      denied(random, written, (compiled, situation) => {
        const { retryAt } = adviceOn(compiled, situation);
        const until = (retryAt ?? situation.call.time + 10 * DAY) - 1;
        const { time } = situation.call;
        for (let tried = until; tried > time && tried > until - 2 * DAY; tried -= 37 * MINUTE) {
          expect(decided(compiled, at(situation, tried)).effect).toBe('deny');
        }
        if (retryAt === null) never += 1;
        else promised += 1;
      });
    });
    expect([promised > 30, never > 30]).toEqual([true, true]);
  });

  const first = (policy: Ready, situation: Situation): string | null => {
    const { retryAt } = adviceOn(policy, situation);
    if (retryAt === null) return null;
    expect(decided(policy, at(situation, retryAt)).effect).not.toBe('deny');
    return new Date(retryAt).toISOString();
  };
  const office = { from: '08:00', to: '18:00' };
  const evening = Date.parse('2026-01-16T20:00:00Z');

  test.each<[string, When, string | null]>([
    [
      'after a weekend',
      { hours: { ...office, days: ['mon', 'tue', 'wed', 'thu', 'fri'] } },
      '2026-01-19T07:00:00.000Z',
    ],
    ['in the morning', { hours: office }, '2026-01-17T07:00:00.000Z'],
    ['to the minute', { hours: { from: '08:07', to: '08:09' } }, '2026-01-17T07:07:00.000Z'],
    ['outside of two', { hours: office, outside_hours: { from: '07:00', to: '09:30' } }, '2026-01-17T08:30:00.000Z'],
    ['never', { hours: office, outside_hours: { from: '06:00', to: '20:00' } }, null],
    ['never, without a task', { hours: office, task: 'bound' }, null],
    [
      'after the night in which it does not exist',
      { hours: { from: '02:10', to: '02:40', days: ['sun'] } },
      '2026-01-18T01:10:00.000Z',
    ],
  ])('hours: %s [policy.retry-honest]', (_, when, expected) => {
    const policy = policyOf({ rules: [allow({ ...REFUND, ...when })] });
    expect(first(policy, after(refundOf(5, { time: evening })))).toBe(expected);
  });

  test('an hour that daylight saving skips comes a week later [policy.retry-honest]', () => {
    const hours = { from: '02:10', to: '02:40', days: ['sun' as const] };
    const time = Date.parse('2026-03-28T12:00:00Z');
    const policy = policyOf({ rules: [allow({ ...REFUND, hours })] });
    expect(first(policy, after(refundOf(5, { time })))).toBe('2026-04-05T00:10:00.000Z');
  });

  const calls = { id: 'calls', when: REFUND, per: 'owner', window: '1d', exceeded: 'deny' } as const;
  const limited = (maximum: number, sum?: string): Ready =>
    policyOf({ rules: [allow()], limits: [{ ...calls, maximum, ...(sum !== undefined && { sum }) }] });
  const call = refundOf(50);
  const since = (hours: number): string => new Date(NOON + hours * HOUR).toISOString();

  test.each<[string, Ready, Situation, string | null]>([
    ['the oldest of enough calls leaves', limited(2), after(call, ago(20 * HOUR, call), ago(HOUR, call)), since(4)],
    ['all leave where there were too many', limited(1), after(call, ago(20 * HOUR, call), ago(HOUR, call)), since(24)],
    ['a sum has to be empty', limited(60, '/amount'), after(call, ago(20 * HOUR, call)), since(24)],
    ['what the call alone exceeds never passes', limited(40, '/amount'), after(call, ago(HOUR, refundOf(5))), null],
    ['nothing is allowed at all', limited(0), after(call, ago(HOUR, call)), null],
  ])('a limit: %s [policy.retry-honest]', (_, policy, situation, expected) => {
    expect(first(policy, situation)).toBe(expected);
  });

  test('a limit and hours have to give way at the same time [policy.retry-honest]', () => {
    const night = deny({ outside_hours: office }, 'night');
    const limits = [{ ...calls, maximum: 1 }];
    const policy = policyOf({ rules: [allow(), night], limits });
    // The limit would pass at seven in the evening.
    const evenings = after(call, ago(17 * HOUR, call));
    expect(first(policy, evenings)).toBe('2026-01-15T07:00:00.000Z');
    expect(adviceOn(policy, evenings).conditions).toEqual(['fewer_calls']);
  });

  test('what was done a short while ago passes, and what has to be done first does not [policy.retry-honest]', () => {
    const read = ago(4 * MINUTE, callOf('get_ticket'), { outside: true });
    const recent = { outside_text: true, within: '10m' } as const;
    const tainted = policyOf({ rules: [allow(), deny({ ...REFUND, recent })] });
    expect(adviceOn(tainted, after(call, read))).toEqual({
      conditions: ['recent_actions'],
      retryAt: NOON + 6 * MINUTE,
      taskMissing: false,
    });
    const prepared = policyOf({ rules: [allow({ ...REFUND, recent: { ...recent, at_least: 2 } })] });
    expect(adviceOn(prepared, after(call, read)).retryAt).toBeNull();
  });

  test('an allow that itself passes by then promises nothing [policy.retry-honest]', () => {
    const recent = { outside_text: true, within: '10m' } as const;
    const read = ago(4 * MINUTE, callOf('get_ticket'), { outside: true });
    const policy = policyOf({ rules: [allow({ ...REFUND, recent }), deny({ hours: office })] });
    expect(adviceOn(policy, after(call, read))).toMatchObject({ conditions: ['hours'], retryAt: null });
  });

  test('a first time comes again, risk that has added up passes, a score does not [policy.retry-honest]', () => {
    const again = policyOf({ rules: [allow({ ...REFUND, first_time_in: '1d' })] });
    expect(adviceOn(again, after(call, ago(5 * HOUR, call))).retryAt).toBe(NOON + 19 * HOUR);
    const factors = [{ id: 'some', score: 20 }];
    const adding = (minimum: number): Ready =>
      policyOf({ rules: [allow(), deny({ cumulative_risk: { minimum, within: '1h' } })], factors });
    const risky = after(call, ago(MINUTE, call, { risk: 30 }));
    expect(adviceOn(adding(50), risky)).toMatchObject({ conditions: ['lower_risk'], retryAt: NOON + HOUR });
    expect(adviceOn(adding(20), risky).retryAt).toBeNull();
    const scored = policyOf({ rules: [allow(), deny({ risk: { minimum: 20 } })], factors });
    expect(adviceOn(scored, risky)).toMatchObject({ conditions: ['lower_risk'], retryAt: null });
  });

  test('without times, all of the window has to pass [policy.retry-honest]', () => {
    const policy = limited(1);
    const counted = adviseDenied(policy.compiled, call, () => ({ value: 1, oldest: null }));
    expect(counted.retryAt).toBe(NOON + DAY);
    expect(adviseDenied(policy.compiled, call, noHistory).retryAt).toBeNull();
    expect(explain(policy.compiled, call, noHistory)?.verdict.effect).toBe('allow');
  });
});
