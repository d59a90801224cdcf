import { describe, expect, test } from '@jest/globals';
import type { PolicyCall, PolicyEvent } from '../src/index.ts';
import { forAll } from './support/for-all.ts';
import { AGENTS, OWNERS, randomCall, randomPast, randomTime, ROLES } from './support/random-call.ts';
import type { Limit, Rule, When, Written } from './support/random-policy.ts';
import { chance, pick, seeded, some, times, type Random } from './support/random.ts';
import { TOOLS } from './support/tools.ts';
import { decided, ready, type Ready } from './support/triples.ts';

const MONEY = 'commit_refund';
const DAY_MS = 86_400_000;

/** What else a part may ask of a call, beside its amount. */
const STILL: readonly ((random: Random) => When)[] = [
  (random) => ({ agents: some(random, AGENTS, 3) }),
  (random) => ({ owners: some(random, OWNERS) }),
  (random) => ({ owner_roles: some(random, ROLES, 3) }),
  (random) => ({ task: pick(random, ['unbound', 'bound']) }),
  () => ({ content_flags: { minimum: 1 } }),
];
/** These change with time and by what was done, so that only parts that are sent at once can be held against the whole. */
const MOVING: typeof STILL = [
  (random) => ({ hours: { from: pick(random, ['08:00', '22:00']), to: pick(random, ['18:00', '06:00']) } }),
  (random) => ({ recent: { tools: [MONEY], within: '1h', at_least: 1 + random.below(3) } }),
  () => ({ recent: { outside_text: true, within: '10m' } }),
  () => ({ first_time_in: '1d' }),
];

interface Money {
  /** The most that an allowing rule lets through in one call. */
  readonly single: number;
  /** The most that the window may hold. */
  readonly sum: number;
  readonly atOnce: boolean;
}

/**
 * Rules that restrict by the amount do so only above the sum, as `policy check` asks for too. Risk is there as far as it
 * adds amounts up: what is scored for being first, or odd, tells one call from several by design.
 */
function moneyPolicy(random: Random, { single, sum, atOnce }: Money): Written {
  const conditions = (): When => {
    const from = atOnce ? [...STILL, ...MOVING] : STILL;
    return Object.assign({}, ...times(random.below(2), () => pick(random, from)?.(random) ?? {})) as When;
  };
  const tools = [MONEY];
  const giving = times(1 + random.below(2), (at): Rule => {
    const most = { pointer: '/amount', maximum: single * (at + 1) };
    return { id: `give-${at}`, effect: 'allow', when: { ...conditions(), tools, arguments: [most] } };
  });
  const taking = times(random.below(3), (at): Rule => {
    const above = { pointer: '/amount', minimum: sum + 1 + random.below(50) };
    const when = chance(random, 50) ? { arguments: [above] } : pick(random, STILL)?.(random);
    if (chance(random, 50)) return { id: `take-${at}`, effect: 'deny', when: { ...when, tools } };
    return { id: `take-${at}`, effect: 'require_approval', approval: 'owner', when: { ...when, tools } };
  });
  const head = { per: pick(random, ['owner', 'agent', 'client', 'tool'] as const), exceeded: 'deny' } as const;
  const window = pick(random, ['1d', '7d'] as const);
  const limits: Limit[] = [
    { id: 'sum', ...head, when: { tools }, window, sum: '/amount', maximum: sum },
    ...(chance(random, 30) ? [{ id: 'calls', ...head, when: { tools }, window, maximum: 1 + random.below(6) }] : []),
  ];
  const risky: Rule = { id: 'risky', effect: 'deny', when: { tools, risk: { minimum: pick(random, [10, 30]) } } };
  const bands = [1, 2, 4].map((part) => ({ from: Math.ceil((sum * part) / 4), score: part * 10 }));
  const factor = { id: 'sums', measure: 'sum', sum: '/amount', within: window, bands } as const;
  const withRisk = chance(random, 30);
  return {
    policy: {
      version: 1,
      name: 'money',
      environment: 'production',
      time_zone: 'Europe/Berlin',
      ...(withRisk && { risk: { packs: ['money.yaml'] } }),
      rules: [...giving, ...taking, ...(withRisk ? [risky] : [])],
      limits,
    },
    packs: withRisk ? { 'money.yaml': { version: 1, domain: 'money', factors: [factor] } } : {},
  };
}

/** Contracts refuse negative amounts, so that no history holds any. */
const possible = ({ arguments: { amount } }: PolicyEvent): boolean => typeof amount !== 'number' || amount >= 0;

/** Sends an amount in parts, and then, in their stead, as a whole. @returns undefined where a part was not allowed. */
function split(random: Random, policy: Ready, { sum, atOnce }: Money): { parts: number[]; effect: string } | undefined {
  const start = randomTime(random);
  const tools = TOOLS.filter(({ name }) => name === MONEY);
  const call = randomCall(random, start, tools);
  const before = randomPast(random, start, 4).filter((event) => possible(event) && event.time <= start);
  const count = 2 + random.below(4);
  const amounts = times(count, () => 1 + random.below(Math.ceil((2 * sum) / count)));
  const late = times(count, () => (atOnce ? 0 : random.below(DAY_MS))).toSorted((a, b) => a - b);
  const asked = (amount: number, at: number): PolicyCall => ({
    ...call,
    time: start + (late[at] ?? 0),
    arguments: { ...call.arguments, amount },
    sameness: String(amount),
  });
  const past = [...before];
  for (const [at, amount] of amounts.entries()) {
    const part = asked(amount, at);
    const { effect, risk } = decided(policy, { call: part, past });
    if (effect !== 'allow') return undefined;
    past.push({ ...part, outcome: 'served', records: 0, risk: risk.score, outside: false });
  }
  const whole = asked(
    amounts.reduce((total, amount) => total + amount, 0),
    count - 1,
  );
  return { parts: amounts, effect: decided(policy, { call: whole, past: before }).effect };
}

describe('an amount in parts', () => {
  test.each([
    ['at once', true],
    ['within a window', false],
  ])('never passes what the whole would not, %s [policy.split]', (_, atOnce) => {
    let passed = 0;
    forAll(1500, (random) => {
      const single = pick(random, [50, 100, 400]);
      const money = { single, sum: 5 + random.below(single - 4), atOnce };
      const outcome = split(random, ready(moneyPolicy(random, money)), money);
      if (!outcome) return;
      passed += 1;
      expect(outcome).toEqual({ parts: outcome.parts, effect: 'allow' });
    });
    expect(passed).toBeGreaterThan(100);
  });

  test('passes where the window may hold more than one call, which is what policy check refuses [policy.split]', () => {
    const random = seeded(3);
    const money = { single: 50, sum: 200, atOnce: true };
    const outcomes = times(400, () => split(random, ready(moneyPolicy(random, money)), money)?.effect);
    expect(outcomes).toContain('deny');
  });
});
