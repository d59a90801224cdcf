import { describe, expect, test } from '@jest/globals';
import { checkPolicy, FINDING_CODES } from '../src/index.ts';
import { CATALOGUE, check, codesOf, deny, policyText, rule, type CheckCase } from './check-support.ts';

const on = (constraints: string): ReturnType<typeof deny> => deny(`arguments: [${constraints}]`);
const sums = (pointer: string): string =>
  `{ id: sums, measure: sum, sum: ${pointer}, within: 1d, bands: [{ from: 0, score: 1 }] }`;
const when = (conditions: string): string => `{ id: part, when: { ${conditions} }, score: 5 }`;

const onExport = (pointer: string): ReturnType<typeof deny> =>
  deny(`task: bound, arguments: [{ pointer: ${pointer}, enum: [x] }]`, 'commit_export');

const READING: readonly CheckCase[] = [
  ['invalid', rule('tool: [commit_refund]'), rule('tools: [commit_refund], task: bound')],
  ['unreadable_argument', on('{ pointer: /reason, prefix: x }'), on('{ pointer: /reason, max_length: 9 }')],
  [
    'other_environment',
    deny('task: bound, environments: [staging]'),
    deny('task: bound, environments: [staging, production]'),
  ],
];

const NAMES: readonly CheckCase[] = [
  ['unknown_name', deny('agents: [suport-agent]'), deny('agents: [support-agent], task: bound')],
  ['unknown_name', deny('task: bound', 'commit_refunds'), deny('task: bound', 'commit_refun*')],
  ['unknown_name', deny('recent: { tools: [gets_*], within: 10m }'), deny('recent: { tools: [get_*], within: 10m }')],
  ['unknown_name', deny('owner_roles: [boss]'), deny('owner_roles: [support-lead]')],
  ['unknown_name', rule('actions: [refunds]'), rule('actions: [refund], task: bound')],
  ['unknown_name', rule('contexts: [ticket]'), rule('contexts: [tickets], task: bound')],
  ['no_tool', rule('contexts: [crm], kinds: [read]'), rule('contexts: [crm], kinds: [commit], task: bound')],
  [
    'no_tool',
    rule('arguments: [{ pointer: /total, maximum: 1 }]'),
    rule('arguments: [{ pointer: /amount, maximum: 1 }]'),
  ],
  ['no_tool', { factors: sums('/total') }, { factors: sums('/amount') }],
  // A pointer has to lead somewhere to its last part.
  ['no_tool', onExport('/filter/contry'), onExport('/filter/country')],
  ['no_tool', onExport('/filter/country/name'), onExport('/filter')],
  ['no_tool', onExport('/fields/first'), onExport('/fields/0')],
  [
    'agent_left_out',
    deny('task: bound, agents: [support-agent, crm-agent]'),
    deny('task: bound, agents: [support-agent, crm-agent]', 'commit_refund, commit_export'),
  ],
  [
    'tool_left_out',
    deny('arguments: [{ pointer: /amount, maximum: 1 }]', 'commit_refund, commit_reply'),
    deny('arguments: [{ pointer: /amount, maximum: 1 }]', 'commit_*'),
  ],
];

const hours = (from: string, to: string): string => `{ from: '${from}', to: '${to}' }`;

const INTERVALS: readonly CheckCase[] = [
  [
    'empty_interval',
    on('{ pointer: /amount, minimum: 2, maximum: 1 }'),
    on('{ pointer: /amount, minimum: 2, maximum: 2 }'),
  ],
  [
    'empty_interval',
    on('{ pointer: /reason, min_length: 2, max_length: 1 }'),
    on('{ pointer: /reason, min_length: 2, max_length: 2 }'),
  ],
  [
    'empty_interval',
    on('{ pointer: /amount, minimum: 5, enum: [1, 4] }'),
    on('{ pointer: /amount, minimum: 4, enum: [1, 4] }'),
  ],
  [
    'empty_interval',
    on('{ pointer: /currency, prefix: U, enum: [EUR] }'),
    on('{ pointer: /currency, prefix: U, enum: [EUR, USD] }'),
  ],
  [
    'empty_interval',
    deny(`task: bound, hours: ${hours('08:00', '08:00')}`),
    deny(`task: bound, hours: ${hours('08:00', '08:01')}`),
  ],
  [
    'empty_interval',
    deny(`outside_hours: ${hours('00:00', '24:00')}`),
    deny(`outside_hours: ${hours('00:00', '23:59')}`),
  ],
  [
    'empty_interval',
    { factors: when(`hours: ${hours('08:00', '08:00')}`) },
    { factors: when(`hours: ${hours('22:00', '06:00')}`) },
  ],
  [
    'contradiction',
    on('{ pointer: /amount, minimum: 9 }, { pointer: /amount, maximum: 8 }'),
    on('{ pointer: /amount, minimum: 8 }, { pointer: /amount, maximum: 8 }'),
  ],
  [
    'contradiction',
    on('{ pointer: /amount, minimum: 8, maximum: 9, prefix: a }'),
    on('{ pointer: /amount, minimum: 8, maximum: 9 }'),
  ],
  [
    'contradiction',
    on('{ pointer: /amount, maximum: 9 }, { pointer: /amount, min_length: 1 }'),
    on('{ pointer: /amount, maximum: 9 }, { pointer: /reason, min_length: 1 }'),
  ],
  [
    'contradiction',
    on('{ pointer: /currency, prefix: EU }, { pointer: /currency, prefix: US }'),
    on('{ pointer: /currency, prefix: E }, { pointer: /currency, prefix: EU }'),
  ],
  ['contradiction', deny('agents: [crm-agent]'), deny('agents: [support-agent], task: bound')],
  [
    'contradiction',
    deny(`hours: ${hours('08:00', '10:00')}, outside_hours: ${hours('07:00', '10:00')}`),
    deny(`hours: ${hours('08:00', '10:00')}, outside_hours: { days: [mon], from: '07:00', to: '10:00' }`),
  ],
];

const any = '{ id: any, score: 50 }';
const abuse = '{ id: any, score: 50, abuse: true }';
const reads = '{ id: reads, when: { kinds: [read] }, score: 50 }';
const bands = '{ id: many, measure: calls, within: 1h, bands: [{ from: 1, score: 60 }, { from: 9, score: 40 }] }';
const suspendAt = (score: number, factors: string): { risk: string; factors: string } => ({
  risk: `risk: { packs: [pack.yaml], suspend_at: ${score} }`,
  factors,
});

const THRESHOLDS: readonly CheckCase[] = [
  [
    'unreachable_threshold',
    { ...deny('risk: { minimum: 51 }'), factors: any },
    { ...deny('risk: { minimum: 50 }'), factors: any },
  ],
  [
    'unreachable_threshold',
    { ...deny('risk: { minimum: 50 }'), factors: reads },
    { ...deny('risk: { minimum: 50 }', 'get_ticket'), factors: reads },
  ],
  [
    'unreachable_threshold',
    { ...deny('risk: { minimum: 61 }'), factors: bands },
    { ...deny('risk: { minimum: 60 }'), factors: bands },
  ],
  [
    'unreachable_threshold',
    deny('cumulative_risk: { minimum: 300, within: 1h }'),
    { ...deny('cumulative_risk: { minimum: 300, within: 1h }'), factors: any },
  ],
  ['unreachable_threshold', suspendAt(51, abuse), suspendAt(50, abuse)],
  ['suspend_without_abuse', suspendAt(50, any), { factors: any }],
];

describe('a policy in which nothing is found', () => {
  test('is what every case here begins with', () => {
    expect(check({})).toEqual([]);
    expect(check({}, { environment: 'production', people: [{ roles: ['owner'] }] })).toEqual([]);
  });

  test('stays one with a pack whose factors are for another environment', () => {
    expect(check({ factors: when('environments: [staging]') })).toEqual([]);
  });
});

describe.each([
  ['what cannot be read', READING],
  ['names', NAMES],
  ['what never holds', INTERVALS],
  ['scores', THRESHOLDS],
])('%s', (_group, cases) => {
  test.each(cases)(
    '%s: a policy that has it, and one that nearly has it %# [policy-check.findings]',
    (code, has, nearly) => {
      expect(check(has)).toMatchObject([{ code, severity: FINDING_CODES[code] }]);
      expect(check(nearly)).toEqual([]);
    },
  );
});

test('a whole policy for another environment is found where it is known what it is for [policy-check.findings]', () => {
  expect(codesOf(check({ environment: 'staging' }, { environment: 'production' }))).toEqual(['wrong_environment']);
  expect(check({ environment: 'staging' }, { environment: 'staging' })).toEqual([]);
  expect(check({ environment: 'staging' })).toEqual([]);
});

test('a finding says where: file, line and column of the part that it is about [policy-check.places]', () => {
  const text = policyText(deny('agents: [suport-agent]'));
  const line = text.split('\n').findIndex((each) => each.includes('suport-agent')) + 1;
  const column = (text.split('\n')[line - 1] ?? '').indexOf('suport-agent') + 1;
  expect(check(deny('agents: [suport-agent]'))).toEqual([
    {
      file: 'trial.yaml',
      line,
      column,
      severity: 'error',
      code: 'unknown_name',
      message: 'Nothing is called "suport-agent" here. There are: crm-agent and support-agent.',
    },
  ]);
  expect(check({ factors: when(`hours: ${hours('08:00', '08:00')}`) })).toMatchObject([
    { file: 'pack.yaml', line: 4, column: 25 },
  ]);
});

test('findings come in the order of the files, the policy first [policy-check.places]', () => {
  const found = check({
    ...deny('agents: [nobody]'),
    limits: '{ id: extra2, when: { tools: [none_*] }, per: owner, window: 1h, maximum: 1, exceeded: deny }',
    factors: when('agents: [nobody]'),
  });
  expect(found.map(({ file, line }) => [file, line])).toEqual(
    [...found]
      .map(({ file, line }) => [file, line])
      .toSorted(([a, i], [b, j]) => (a === b ? Number(i) - Number(j) : a === 'trial.yaml' ? -1 : 1)),
  );
  expect(found).toHaveLength(3);
});

test('a pack that does not exist is said on the line that names it [policy-check.places]', () => {
  const text = { file: 'trial.yaml', policy: policyText({ factors: any }), packs: {} };
  expect(checkPolicy(text, CATALOGUE)).toMatchObject([{ code: 'invalid', line: 5, file: 'trial.yaml' }]);
});
