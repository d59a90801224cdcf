import { describe, expect, test } from '@jest/globals';
import {
  durationMs,
  measuresOf,
  noHistory,
  recordNumber,
  SEQUENCE_DEPTH,
  type Measure,
  type Measured,
  type PolicyEvent,
} from '../src/index.ts';
import { measureEvents } from '../src/engine/history.ts';
import { createMeasure } from '../src/engine/measure.ts';
import { ago, allow, callOf, HOUR, MINUTE, policyOf, refundOf, verdictOn } from './support/small.ts';
import type { Factor, Limit } from './support/random-policy.ts';

const call = refundOf(50);
const measured = (measure: Measure, ...past: PolicyEvent[]): Measured =>
  measureEvents(
    past.toSorted((a, b) => a.time - b.time),
    call,
    measure,
  );
const valueOf = (measure: Measure, ...past: PolicyEvent[]): number => measured(measure, ...past).value;
const calls = createMeasure('calls', 'owner', null, HOUR);

describe('a window', () => {
  test('excludes its start and includes its end, and nothing that comes later [policy.measures]', () => {
    expect(valueOf(calls, ago(HOUR, call))).toBe(0);
    expect(valueOf(calls, ago(HOUR - 1, call))).toBe(1);
    expect(valueOf(calls, ago(0, call))).toBe(1);
    expect(valueOf(calls, ago(-1, call))).toBe(0);
  });

  test('knows the oldest call that it counts [policy.measures]', () => {
    const past = [
      ago(2 * HOUR, call),
      ago(30 * MINUTE, call, { outcome: 'denied' }),
      ago(20 * MINUTE, call),
      ago(1, call),
    ];
    expect(measured(calls, ...past)).toEqual({ value: 2, oldest: call.time - 20 * MINUTE });
    expect(measured(calls)).toEqual({ value: 0, oldest: null });
    expect(noHistory(calls)).toEqual({ value: 0, oldest: null });
  });
});

describe('what is counted together', () => {
  test.each<['run' | 'client' | 'agent' | 'owner' | 'tool', Partial<PolicyEvent>, number]>([
    ['run', { agent: 'x', tool: 'commit_credit' }, 1],
    ['run', { owner: 'p_9' }, 0],
    ['run', { run: 'r2' }, 0],
    ['run', { client: 'c2' }, 0],
    ['run', { run: null }, 0],
    ['client', { agent: 'x', run: null }, 1],
    ['client', { owner: 'p_9' }, 0],
    ['client', { client: 'c2' }, 0],
    ['agent', { owner: 'p_9', client: 'c2', run: null }, 1],
    ['agent', { agent: 'x' }, 0],
    ['owner', { client: 'c2', agent: 'x', run: null }, 1],
    ['owner', { owner: 'p_9' }, 0],
    ['tool', { owner: 'p_9', client: 'c2', agent: 'x' }, 1],
    ['tool', { tool: 'commit_credit' }, 0],
  ])('per %s, with %j: %d [policy.measures]', (per, fields, expected) => {
    expect(valueOf(createMeasure('calls', per, null, HOUR), ago(1, call, fields))).toBe(expected);
  });

  test('a call without a run has no run in common with another [policy.measures]', () => {
    const none = { ...call, run: null };
    expect(measureEvents([ago(1, none)], none, createMeasure('calls', 'run', null, HOUR)).value).toBe(0);
  });
});

describe('a number about the past', () => {
  const past = [
    ago(5, call, { records: 3, risk: 20 }),
    ago(4, callOf('get_ticket'), { records: 2, risk: 5, outside: true }),
    ago(3, refundOf(70), { outcome: 'denied', records: 9, risk: 90, outside: true }),
    ago(2, call, { arguments: { amount: 7 }, sameness: 'other' }),
  ];

  test.each<[Measure['of'], number, string | null]>([
    ['calls', 3, null],
    ['sum', 57, '/amount'],
    ['records', 5, null],
    ['risk', 25, null],
    ['outside', 1, null],
    ['denials', 1, null],
    ['repeats', 2, null],
  ])('%s is %d: only denials and repeats look at what was refused [policy.measures]', (of, expected, pointer) => {
    expect(valueOf(createMeasure(of, 'owner', null, HOUR, pointer), ...past)).toBe(expected);
  });

  test('is of its tools alone [policy.measures]', () => {
    expect(valueOf(createMeasure('calls', 'owner', ['get_ticket', 'list_drafts'], HOUR), ...past)).toBe(1);
    expect(valueOf(createMeasure('calls', 'owner', [], HOUR), ...past)).toBe(0);
  });

  test('adds up whole numbers, and nothing else [policy.measures]', () => {
    const odd = ['50', null, 1.5, [5], true, { length: 5 }].map((amount) => ago(1, call, { arguments: { amount } }));
    const sum = createMeasure('sum', 'owner', null, HOUR, '/amount');
    expect(valueOf(sum, ...odd, ago(1, call, { arguments: {} }), ago(1, call, { arguments: { amount: 4 } }))).toBe(4);
  });

  test('repeats are the very same call of the same tool [policy.measures]', () => {
    const repeats = createMeasure('repeats', 'owner', ['commit_refund'], HOUR);
    const same = [ago(3, call), ago(2, call, { outcome: 'denied' }), ago(1, call, { sameness: 'other' })];
    expect(valueOf(repeats, ...same, ago(1, call, { tool: 'commit_credit' }))).toBe(2);
  });
});

describe('a sequence', () => {
  const sequence = createMeasure('sequence', 'owner', ['get_ticket'], HOUR, '/ticketId');
  const asked = (...ids: unknown[]): number => {
    const read = callOf('get_ticket');
    const past = ids.map((id, at) => ago(1000 - at, read, { arguments: { ticketId: id as string } }));
    return measureEvents(past, read, sequence).value;
  };

  test('is how many were asked for after the one before them, in any order, served or not [policy.measures]', () => {
    expect(asked('T1', 'T2', 'T3')).toBe(2);
    expect(asked('T3', 'T1', 'T2')).toBe(2);
    expect(asked('T1', 'T3', 'T5')).toBe(0);
    expect(asked('T1', 'T1', 'T2', 'T2')).toBe(1);
    expect(asked('A7', 'B8')).toBe(1);
    expect(asked('T', 8, null, 'T9')).toBe(0);
    expect(asked()).toBe(0);
  });

  test('looks at the newest alone, however many odd ones lie between [policy.measures]', () => {
    const many = Array.from({ length: SEQUENCE_DEPTH + 20 }, (_, at) => `T${at + 1}`);
    expect(asked(...many)).toBe(SEQUENCE_DEPTH - 1);
    expect(asked('T1', 'T2', ...Array.from({ length: 100 }, () => 'none'))).toBe(1);
    expect(asked('T1', ...Array.from({ length: SEQUENCE_DEPTH }, () => 'T2'))).toBe(0);
  });

  test('goes by the number that an id ends with [policy.measures]', () => {
    expect(['C1042', '7', 'T0008', 'x', '', 5, null, 'C9999999999'].map(recordNumber)).toEqual([
      1042,
      7,
      8,
      null,
      null,
      null,
      null,
      999_999_999,
    ]);
  });
});

describe('a limit', () => {
  const tools = ['commit_refund'];
  const limit = (fields: Partial<Limit>): Limit => ({ id: 'l', when: { tools }, exceeded: 'deny', ...fields });
  const effect = (its: Limit, ...past: PolicyEvent[]): string =>
    verdictOn({ rules: [allow()], limits: [its] }, call, ...past).effect;

  test('counts this call too [policy.measures]', () => {
    const two = limit({ per: 'owner', window: '1h', maximum: 2 });
    expect(effect(two, ago(1, call))).toBe('allow');
    expect(effect(two, ago(2, call), ago(1, call))).toBe('deny');
    expect(effect(limit({ per: 'owner', window: '1h', maximum: 0 }))).toBe('deny');
  });

  test('adds this amount too, up to the maximum [policy.measures]', () => {
    const hundred = limit({ per: 'owner', window: '1h', sum: '/amount', maximum: 100 });
    expect(effect(hundred, ago(1, call))).toBe('allow');
    expect(effect(hundred, ago(1, refundOf(51)))).toBe('deny');
  });

  test.each([['50'], [null], [-1], [0.5], [Number.MAX_SAFE_INTEGER + 1], [undefined]])(
    'takes an amount of %j for too much [policy.measures]',
    (amount) => {
      const odd = callOf('commit_refund', { arguments: amount === undefined ? {} : { amount } });
      const limits = [limit({ per: 'owner', window: '1h', sum: '/amount', maximum: 100 })];
      expect(verdictOn({ rules: [allow()], limits }, odd).effect).toBe('deny');
    },
  );

  test('per run counts the run for a month, and the owner across runs [policy.measures]', () => {
    const two = limit({ max_calls_per_run: 2 });
    const day = 24 * HOUR;
    expect(effect(two, ago(20 * day, call), ago(30 * day, call))).toBe('deny');
    expect(effect(two, ago(31 * day, call), ago(32 * day, call))).toBe('allow');
    const otherRuns = { run: 'r9', client: 'c9' };
    expect(effect(two, ago(50 * MINUTE, call, otherRuns), ago(1, call, otherRuns))).toBe('deny');
    expect(effect(two, ago(2 * HOUR, call, otherRuns), ago(1, call, otherRuns))).toBe('allow');
    expect(
      effect(limit({ max_calls_per_run: 2, window: '1d' }), ago(2 * HOUR, call, otherRuns), ago(1, call, otherRuns)),
    ).toBe('deny');
  });

  test('counts all tools that it names, of the same kind [policy.measures]', () => {
    const both = limit({ when: { tools: ['*_refund', 'commit_credit'] }, per: 'owner', window: '1h', maximum: 1 });
    expect(effect(both, ago(1, callOf('commit_credit')))).toBe('deny');
    expect(effect(both, ago(1, callOf('plan_refund')))).toBe('allow');
    expect(effect(both, ago(1, callOf('commit_update')))).toBe('allow');
  });

  test('counts calls that its other conditions would not hold for [policy.measures]', () => {
    const when = { tools, agents: ['tickets-agent'] };
    const one = limit({ when, per: 'owner', window: '1h', maximum: 1 });
    expect(effect(one, ago(1, call, { agent: 'crm-agent' }))).toBe('deny');
  });
});

describe('a factor', () => {
  const score = (factor: Omit<Factor, 'id'>, ...past: PolicyEvent[]): number =>
    verdictOn({ rules: [allow()], factors: [{ id: 'f', ...factor }] }, call, ...past).risk.score;
  const bands = [
    { from: 2, score: 10 },
    { from: 4, score: 30 },
  ];

  test('has the score of the last band that its number reaches [policy.measures]', () => {
    const counting = { measure: 'calls', within: '1h', bands } as const;
    const past = [1, 2, 3, 4, 5].map((before) => ago(before, call));
    expect([0, 1, 2, 3, 4, 5].map((many) => score(counting, ...past.slice(0, many)))).toEqual([0, 0, 10, 10, 30, 30]);
  });

  test('sums this call with those before [policy.measures]', () => {
    const summing: Omit<Factor, 'id'> = {
      measure: 'sum',
      sum: '/amount',
      within: '1h',
      bands: [{ from: 100, score: 9 }],
    };
    expect([score(summing, ago(1, refundOf(49))), score(summing, ago(1, refundOf(50)))]).toEqual([0, 9]);
  });

  test('counts denials of the client, whatever the tool [policy.measures]', () => {
    const denials: Omit<Factor, 'id'> = { measure: 'denials', within: '1h', bands: [{ from: 1, score: 9 }] };
    const refused = ago(1, callOf('get_ticket'), { outcome: 'denied' });
    expect(score(denials, refused)).toBe(9);
    expect(score(denials, { ...refused, client: 'c2' })).toBe(0);
    expect(score(denials, { ...refused, owner: 'p_2' })).toBe(0);
  });

  test('adds up to 100, and abuse apart from the rest suspends [policy.measures]', () => {
    const factors: Factor[] = [
      { id: 'a', score: 70 },
      { id: 'b', score: 50, abuse: true },
      { id: 'c', score: 0 },
    ];
    const verdict = verdictOn({ rules: [allow()], factors, suspendAt: 51 }, call);
    expect(verdict).toMatchObject({
      effect: 'allow',
      suspend: false,
      risk: {
        score: 100,
        parts: [
          { name: 'trial/a', score: 70 },
          { name: 'trial/b', score: 50 },
        ],
      },
      abuse: { score: 50, parts: [{ name: 'trial/b', score: 50 }] },
    });
    const suspended = { effect: 'deny', suspend: true, rules: ['abuse'] };
    expect(verdictOn({ rules: [allow()], factors, suspendAt: 50 }, call)).toMatchObject(suspended);
    expect(verdictOn({ rules: [], factors, suspendAt: 50 }, call)).toMatchObject(suspended);
  });
});

test('what has to be known before a decision is known once [policy.measures]', () => {
  const recent = { outside_text: true, within: '10m' } as const;
  const limit: Limit = { id: 'l', when: {}, per: 'owner', window: '1h', maximum: 5, exceeded: 'deny' };
  const { compiled } = policyOf({
    rules: [allow({ recent }), allow({ recent }, 'again')],
    limits: [limit, { ...limit, id: 'm' }],
  });
  const asked = measuresOf(compiled, ['commit_refund', 'commit_credit', 'unknown']);
  expect(asked.map(({ of, per, window }) => [of, per, window])).toEqual([
    ['outside', 'owner', durationMs('10m')],
    ['calls', 'owner', durationMs('1h')],
  ]);
});
