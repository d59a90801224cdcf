import { describe, expect, test } from '@jest/globals';
import type { PolicyVerdict } from '../src/index.ts';
import { forAll } from './support/for-all.ts';
import { randomLimit, randomPolicy, randomRule, type When, type Written } from './support/random-policy.ts';
import { pick, type Random } from './support/random.ts';
import { decided, plain, randomSituations, ready, type Situation } from './support/triples.ts';

const RUNS = 250;
const EFFECTS = ['deny', 'require_approval', 'allow'];
const LEVELS = ['none', 'owner', 'reviewer', 'two_reviewers'];

/** Bands alone have an order, since they rise. */
const ORDERED = 'bands';

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const rest = [...list];
  return list.flatMap(() => rest.splice(random.below(rest.length), 1));
}

/** Everything in a policy in another order: rules, limits, packs, factors, lists, and the fields of each. */
function reordered(random: Random, value: unknown): unknown {
  if (Array.isArray(value)) return shuffled(random, value).map((item) => reordered(random, item));
  if (typeof value !== 'object' || value === null) return value;
  const fields = shuffled(random, Object.entries(value));
  return Object.fromEntries(
    fields.map(([name, each]) => [name, name === ORDERED ? each : reordered(random, each)] as const),
  );
}

/** What a verdict gives, so that more is more: never less asked for, of nobody less. */
function expectNoMore(after: PolicyVerdict, before: PolicyVerdict): void {
  expect(EFFECTS.indexOf(after.effect)).toBeLessThanOrEqual(EFFECTS.indexOf(before.effect));
  if (after.effect !== 'require_approval' || before.effect !== 'require_approval') return;
  expect(LEVELS.indexOf(after.approval)).toBeGreaterThanOrEqual(LEVELS.indexOf(before.approval));
  expect(after.reviewerRoles).toEqual(expect.arrayContaining([...before.reviewerRoles]));
}

/** Changes a random policy and compares what it decides, call by call. @returns how many verdicts were others. */
function compare(
  change: (random: Random, written: Written) => Written,
  holds: (after: PolicyVerdict, before: PolicyVerdict, situation: Situation) => void,
): number {
  let others = 0;
  forAll(RUNS, (random) => {
    const written = randomPolicy(random);
    const before = ready(written);
    const after = ready(change(random, written));
    for (const situation of randomSituations(random, 4)) {
      const [one, other] = [decided(after, situation), decided(before, situation)];
      if (one.effect !== other.effect || one.approval !== other.approval) others += 1;
      holds(one, other, situation);
    }
  });
  return others;
}

const inPolicy =
  (change: (random: Random, policy: Written['policy']) => Partial<Written['policy']>) =>
  (random: Random, written: Written): Written => ({
    ...written,
    policy: { ...written.policy, ...change(random, written.policy) },
  });

describe('the order of things', () => {
  test('never matters, of rules, limits, packs, factors, lists and fields [policy.order]', () => {
    compare(
      (random, written) => ({
        policy: reordered(random, written.policy) as Written['policy'],
        packs: reordered(random, written.packs) as Written['packs'],
      }),
      (after, before) => {
        expect(plain(after)).toEqual(plain(before));
        expect(new Set(after.risk.parts)).toEqual(new Set(before.risk.parts));
      },
    );
  });
});

describe('a policy that is made stricter', () => {
  test('allows no more with one more deny [policy.monotone]', () => {
    const others = compare(
      inPolicy((random, { rules }) => ({ rules: [...rules, randomRule(random, 'more', 'deny')] })),
      expectNoMore,
    );
    expect(others).toBeGreaterThan(20);
  });

  test('allows no more with one allow less [policy.monotone]', () => {
    const others = compare(
      inPolicy((random, { rules }) => {
        const given = pick(
          random,
          rules.filter(({ effect }) => effect === 'allow'),
        );
        return { rules: rules.filter((rule) => rule !== given) };
      }),
      expectNoMore,
    );
    expect(others).toBeGreaterThan(20);
  });

  test('allows no more with one more limit [policy.monotone]', () => {
    const others = compare(
      inPolicy((random, { limits = [] }) => ({ limits: [...limits, randomLimit(random, 'more')] })),
      expectNoMore,
    );
    expect(others).toBeGreaterThan(20);
  });

  test('allows no more with a lower maximum, or a longer window [policy.monotone]', () => {
    const others = compare(
      inPolicy((random, { limits = [] }) => ({
        limits: limits.map((limit) => ({
          ...limit,
          ...(limit.maximum === undefined
            ? { max_calls_per_run: random.below((limit.max_calls_per_run ?? 0) + 1), window: '7d' }
            : { maximum: random.below(limit.maximum + 1), window: '7d' }),
        })),
      })),
      expectNoMore,
    );
    expect(others).toBeGreaterThan(20);
  });
});

/** Whether its conditions are about anything but the past. */
const blind = ({ when }: { when: When }): boolean => !when.recent && !when.first_time_in && !when.cumulative_risk;

describe('a call that was made more often', () => {
  test('is allowed no more by limits [policy.monotone]', () => {
    let others = 0;
    forAll(RUNS, (random) => {
      const { policy } = randomPolicy(random);
      const limits = [randomLimit(random, 'one'), randomLimit(random, 'two')].filter(blind);
      const written = { ...policy, rules: policy.rules.filter(blind), limits };
      const limited = ready({ policy: { ...written, risk: undefined }, packs: {} });
      for (const situation of randomSituations(random, 3)) {
        const { call, past } = situation;
        const done = { ...call, outcome: 'served', records: 0, risk: 0, outside: false } as const;
        const again = { call, past: [...past.filter(({ time }) => time <= call.time), done] };
        const amount = call.arguments['amount'];
        if (typeof amount === 'number' && amount < 0) continue;
        const [after, before] = [decided(limited, again), decided(limited, situation)];
        if (after.effect !== before.effect) others += 1;
        expectNoMore(after, before);
      }
    });
    expect(others).toBeGreaterThan(5);
  });
});
