import { describe, expect, test } from '@jest/globals';
import { FINDING_CODES } from '../src/index.ts';
import { check, codesOf, type CheckCase, type Parts } from './check-support.ts';

const EUR = '{ pointer: /currency, enum: [EUR] }';
const UP_TO = (maximum: number): string => `{ pointer: /amount, maximum: ${maximum} }`;
const refunds = (constraints: string, more = ''): string =>
  `{ id: refunds, effect: allow, when: { tools: [commit_refund], arguments: [${constraints}]${more} } }`;
const day = (fields: string, when = 'tools: [commit_refund]'): string =>
  `{ id: day, when: { ${when} }, exceeded: deny, ${fields} }`;
const SUM = 'sum: /amount, per: owner, window: 24h, maximum: 2000';

const MONEY: readonly CheckCase[] = [
  ['money_without_limit', { day: '' }, {}],
  ['money_without_limit', { day: day('per: owner, window: 24h, maximum: 2000') }, { day: day(SUM) }],
  ['money_without_limit', { day: day(SUM.replace('24h', '23h')) }, { day: day(SUM.replace('24h', '7d')) }],
  ['money_without_limit', { day: day(SUM.replace('owner', 'client')) }, { day: day(SUM.replace('owner', 'tool')) }],
  ['money_without_limit', { day: day(SUM, 'tools: [plan_refund]') }, { day: day(SUM, 'actions: [refund]') }],
  [
    'money_without_limit',
    { day: day(SUM, `tools: [commit_refund], hours: { from: '08:00', to: '18:00' }`) },
    { day: day(SUM, 'tools: [commit_refund], agents: [support-agent]') },
  ],
  [
    'money_without_limit',
    { day: day(SUM, 'tools: [commit_refund], task: bound') },
    { day: day(SUM, 'tools: [commit_refund], task: unbound') },
  ],
  [
    'money_without_limit',
    { day: day(SUM, 'tools: [commit_refund], arguments: [{ pointer: /amount, minimum: 100 }]') },
    { day: day(SUM, `tools: [commit_refund], arguments: [${UP_TO(5000)}]`) },
  ],
  ['money_without_limit', { day: '' }, { day: '', refunds: refunds(UP_TO(2000), ', task: bound') }],
  ['currency_open', { refunds: refunds(UP_TO(2000)) }, { refunds: refunds(`${UP_TO(2000)}, ${EUR}`) }],
  [
    'currency_open',
    { refunds: refunds(`${UP_TO(2000)}, { pointer: /currency, prefix: E }`) },
    { refunds: refunds(`${UP_TO(2000)}, { pointer: /currency, enum: [EUR, USD] }`) },
  ],
];

const over = (minimum: string, effect = 'deny', when = ''): Parts => ({
  refunds: refunds(EUR),
  rules: `{ id: large, effect: ${effect}, when: { tools: [commit_refund], arguments: [{ pointer: /amount, ${minimum} }]${when} } }`,
});

const SPLIT: readonly CheckCase[] = [
  ['splittable', { day: day(SUM.replace('2000', '2001')) }, { day: day(SUM.replace('2000', '1999')) }],
  ['splittable', over('minimum: 2000'), over('minimum: 2001')],
  ['splittable', over('minimum: 1999.5', 'require_approval, approval: owner'), over('minimum: 2000.5')],
  // A rule that only sometimes stops large ones bounds none; nor does one that stops at some amount again.
  ['splittable', over('minimum: 100'), over('minimum: 100', 'deny', `, hours: { from: '08:00', to: '18:00' }`)],
  ['splittable', over('minimum: 100'), over('minimum: 100, maximum: 200')],
  [
    'splittable',
    { refunds: refunds(`${EUR}, { pointer: /amount, enum: [500, 1000] }`) },
    { refunds: refunds(`${EUR}, { pointer: /amount, enum: [500, 2000] }`) },
  ],
  // Another rule that holds as well allows the whole at once.
  [
    'splittable',
    {
      refunds: refunds(`${EUR}, ${UP_TO(500)}`),
      rules: refunds(`${EUR}, ${UP_TO(2000)}`, ', owners: [p_1]').replace('id: refunds', 'id: more'),
    },
    {
      refunds: refunds(`${EUR}, ${UP_TO(500)}`, ', owners: [p_1]'),
      rules: refunds(`${EUR}, ${UP_TO(2000)}`, ', owners: [p_1, p_2]').replace('id: refunds', 'id: more'),
    },
  ],
];

describe.each([
  ['money', MONEY],
  ['splitting', SPLIT],
])('%s', (_group, cases) => {
  test.each(cases)(
    '%s: a policy that has it, and one that nearly has it %# [policy-check.money]',
    (code, has, nearly) => {
      expect(check(has)).toMatchObject([{ code, severity: FINDING_CODES[code] }]);
      expect(codesOf(check(nearly)).filter((each) => each !== 'duplicate')).toEqual([]);
    },
  );
});

test('says which parts would pass where the whole would not [policy-check.money]', () => {
  const words = (parts: Parts): string | undefined => check(parts)[0]?.message;
  expect(words({ day: day(SUM.replace('2000', '10000')) })).toBe(
    '5 calls of commit_refund with EUR 20.00 would pass where one with EUR 100.00 would not.',
  );
  expect(words({ day: day(SUM.replace('2000', '2001')) })).toBe(
    '2 calls of commit_refund that add up to EUR 20.01 would pass where one of it would not.',
  );
  const yen = refunds(`${UP_TO(2000)}, { pointer: /currency, enum: [JPY] }`);
  expect(words({ refunds: yen, day: day(SUM.replace('2000', '4000')) })).toContain('with JPY 2000 would pass');
  const several = refunds(`${UP_TO(2000)}, { pointer: /currency, enum: [EUR, USD] }`);
  expect(words({ refunds: several, day: day(SUM.replace('2000', '4000')) })).toContain('with 2000 would pass');
});

test('the smallest of several sums counts [policy-check.money]', () => {
  const limits = day(SUM.replace('2000', '9000').replace('24h', '7d')).replace('id: day', 'id: week');
  expect(check({ limits })).toEqual([]);
});
