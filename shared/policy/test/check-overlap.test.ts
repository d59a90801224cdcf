import { describe, expect, test } from '@jest/globals';
import { checkPolicy, createCatalogue, FINDING_CODES } from '../src/index.ts';
import { CATALOGUE, check, codesOf, deny, policyText, rule, type CheckCase, type Parts } from './check-support.ts';

const two = (first: string, second: string): Parts => ({
  rules: `{ id: first, effect: deny, when: { tools: [commit_refund], ${first} } }
          { id: second, effect: deny, when: { tools: [commit_refund], ${second} } }`,
});
const limit = (fields: string): Parts => ({ limits: `{ id: again, when: {}, exceeded: deny, ${fields} }` });
const MORNING = `hours: { from: '08:00', to: '10:00' }`;

const SHADOWED: readonly CheckCase[] = [
  ['shadowed', rule('tools: [commit_refund]'), deny('task: bound')],
  [
    'shadowed',
    { ...rule('tools: [commit_refund], arguments: [{ pointer: /amount, maximum: 2000 }]') },
    { ...rule('tools: [commit_refund], arguments: [{ pointer: /amount, maximum: 1999 }]') },
  ],
  [
    'shadowed',
    rule('tools: [commit_refund], arguments: [{ pointer: /currency, enum: [EUR, USD] }]'),
    rule('tools: [commit_refund], arguments: [{ pointer: /currency, enum: [USD] }]'),
  ],
  ['shadowed', rule('agents: [support-agent], tools: [commit_refund]'), deny('agents: [support-agent], task: bound')],
];

const past = (recent: string): string => `recent: { outside_text: true, ${recent} }`;

const DUPLICATES: readonly CheckCase[] = [
  ['duplicate', two('task: bound', 'task: bound'), two('task: bound', MORNING)],
  ['duplicate', two('task: bound', `task: bound, ${MORNING}`), two(`task: bound, ${MORNING}`, past('within: 1h'))],
  [
    'duplicate',
    two(MORNING, `hours: { from: '08:30', to: '09:30' }`),
    two(MORNING, `hours: { from: '08:30', to: '10:01' }`),
  ],
  [
    'duplicate',
    two(MORNING, `hours: { from: '08:30', to: '09:30' }`),
    two(MORNING, `hours: { from: '08:30', to: '09:30', time_zone: Asia/Tokyo }`),
  ],
  [
    'duplicate',
    two(past('within: 1h'), past('within: 10m')),
    two(past('within: 1h, at_least: 2'), past('within: 10m')),
  ],
  [
    'duplicate',
    two('first_time_in: 7d', 'first_time_in: 30d'),
    two('first_time_in: 30d', 'task: bound, first_time_in: 7d'),
  ],
  [
    'duplicate',
    two('content_flags: { minimum: 1 }', 'content_flags: { minimum: 2 }'),
    two('content_flags: { minimum: 1 }', 'task: bound'),
  ],
  ['duplicate', two('owners: [p_1, p_2]', 'owners: [p_2]'), two('owners: [p_1]', 'owners: [p_2]')],
  ['duplicate', limit('per: owner, window: 1h, maximum: 500'), limit('per: owner, window: 2h, maximum: 500')],
  ['duplicate', limit('per: owner, window: 1h, maximum: 501'), limit('per: agent, window: 1h, maximum: 501')],
  [
    'duplicate',
    { limits: '{ id: again, when: { task: bound }, per: owner, window: 1h, maximum: 500, exceeded: deny }' },
    limit('max_calls_per_run: 500'),
  ],
];

const ask = (when: string, approval = 'owner'): Parts => ({
  rules: `{ id: extra, effect: require_approval, approval: ${approval}, when: { ${when}, ${MORNING} } }`,
});
const askBeyond = (kinds: string): Parts => ({
  limits: `{ id: again, when: { kinds: [${kinds}] }, per: agent, window: 1h, maximum: 50, exceeded: require_approval, approval: owner }`,
});

const OTHERS: readonly CheckCase[] = [
  ['approval_denies', ask('tools: [get_ticket]'), ask('tools: [commit_refund]')],
  ['approval_denies', askBeyond('plan, commit'), askBeyond('commit')],
  ['tool_uncovered', { asked: 'commit_reply' }, { asked: 'commit_reply', ...rule('tools: [commit_export]') }],
  // What denies some calls of a tool says nothing of the others.
  [
    'tool_uncovered',
    { asked: 'commit_reply', ...rule('tools: [commit_export], task: bound') },
    { asked: 'commit_reply', ...rule('tools: [commit_export]') },
  ],
  [
    'releases_ships',
    { asked: 'commit_export', ...rule('tools: [commit_reply]', 'allow') },
    { ...rule('tools: [plan_*], task: bound', 'deny') },
  ],
  [
    'floor_applies',
    { asked: 'commit_reply', ...rule('tools: [commit_export]', 'allow') },
    rule(`contexts: [crm], ${MORNING}`),
  ],
];

describe.each([
  ['rules that others override', SHADOWED],
  ['rules and limits that repeat others', DUPLICATES],
  ['coverage, approvals and floors', OTHERS],
])('%s', (_group, cases) => {
  test.each(cases)(
    '%s: a policy that has it, and one that nearly has it %# [policy-check.findings]',
    (code, has, nearly) => {
      expect(check(has)).toMatchObject([{ code, severity: FINDING_CODES[code] }]);
      expect(check(nearly)).toEqual([]);
    },
  );
});

test('of two equal rules the later one is found, and names the earlier [policy-check.findings]', () => {
  const [found] = check(two('task: bound', 'task: bound'));
  expect(found?.message).toBe('This rule says nothing that first does not say.');
});

test('approvals that add up are no duplicates: a higher level, another role [policy-check.findings]', () => {
  const asks = (approval: string): Parts => ({
    rules: `{ id: extra, effect: require_approval, approval: ${approval}, when: { tools: [commit_export] } }`,
  });
  expect(codesOf(check(asks('owner')))).toEqual(['duplicate']);
  // The owner's own approval is then never asked for by itself.
  expect(check(asks('reviewer'))).toEqual([]);
  expect(check(asks('reviewer, reviewer_role: support-lead'))).toEqual([]);
});

describe('people who could approve', () => {
  const PEOPLE = [
    { id: 'p_1', roles: ['owner', 'administrator'] },
    { id: 'p_2', roles: ['reviewer'] },
    { id: 'p_3', roles: ['reviewer', 'support-lead'] },
  ];
  const asking = (approval: string, role = 'reviewer', when = 'tools: [commit_export]'): Parts => ({
    rules: `{ id: extra, effect: require_approval, approval: ${approval}, reviewer_role: ${role}, when: { ${when} } }`,
  });

  test.each([
    [asking('two_reviewers', 'support-lead'), asking('reviewer', 'support-lead')],
    [asking('reviewer', 'administrator'), asking('two_reviewers')],
    // Whoever approves holds the roles of both rules.
    [
      {
        rules: `${asking('two_reviewers').rules}\n${asking('reviewer', 'support-lead').rules?.replace('extra', 'more')}`,
      },
      { rules: `${asking('reviewer').rules}\n${asking('reviewer', 'support-lead').rules?.replace('extra', 'more')}` },
    ],
    [
      {
        limits:
          '{ id: again, when: { tools: [commit_refund] }, per: agent, window: 1h, maximum: 5, exceeded: require_approval, approval: reviewer, reviewer_role: administrator }',
      },
      {
        limits:
          '{ id: again, when: { tools: [commit_refund] }, per: agent, window: 1h, maximum: 5, exceeded: require_approval, approval: reviewer }',
      },
    ],
  ])('too few of those who are enrolled, and enough %# [policy-check.people]', (has, nearly) => {
    expect(new Set(codesOf(check(has, { people: PEOPLE })))).toEqual(new Set(['nobody_approves']));
    expect(check(nearly, { people: PEOPLE })).toEqual([]);
    expect(check(has)).toEqual([]);
  });

  test('nobody has the role owner, so that nobody could ask or approve [policy-check.people]', () => {
    expect(codesOf(check({}, { people: [{ roles: ['reviewer'] }] }))).toEqual(['nobody_approves']);
  });

  test('a reviewer who is the owner too is not somebody else [policy-check.people]', () => {
    const alone = [{ roles: ['owner', 'reviewer'] }];
    expect(codesOf(check(asking('reviewer'), { people: alone }))).toContain('nobody_approves');
    expect(check(asking('reviewer'), { people: [...alone, { roles: ['reviewer'] }] })).toEqual([]);
  });

  test('only those whom the rule is for have to find somebody [policy-check.people]', () => {
    const people = [
      { id: 'p_9', roles: ['owner', 'reviewer'] },
      { id: 'p_1', roles: ['owner'] },
    ];
    const of = (owner: string): Parts => asking('reviewer', 'reviewer', `tools: [commit_export], owners: [${owner}]`);
    expect(check(of('p_1'), { people })).toEqual([]);
    expect(codesOf(check(of('p_9'), { people }))).toEqual(['nobody_approves']);
  });
});

test('a deny for a tool covers it, and every uncovered tool is named [policy-check.findings]', () => {
  const more = createCatalogue([...CATALOGUE.values()].map((tool) => ({ ...tool, name: `${tool.name}_too` })));
  const found = checkPolicy(
    { file: 'trial.yaml', policy: policyText({}), packs: {} },
    new Map([...CATALOGUE, ...[...more].filter(([name]) => name.startsWith('commit_'))]),
  );
  expect(found.map(({ code, message }) => [code, message.split(' ')[4]])).toEqual(
    ['commit_export_too.', 'commit_refund_too.', 'commit_reply_too.'].map((name) => ['tool_uncovered', name]),
  );
});

test('more rules about one tool than can be held against each other are said alone, and soon [policy-check.findings]', () => {
  const crowd = Array.from(
    { length: 1001 },
    (_, at) => `{ id: r${at}, effect: deny, when: { tools: [commit_refund], task: bound } }`,
  ).join('\n');
  expect(codesOf(check({ rules: crowd }))).toEqual(['crowded']);
});

test('a file of more parts than a parser should take is not parsed [policy-check.files]', () => {
  const keys = Array.from({ length: 50_001 }, (_, at) => `k${at}: 1`).join('\n');
  expect(checkPolicy({ file: 'trial.yaml', policy: keys, packs: {} }, CATALOGUE)).toMatchObject([
    { code: 'invalid', line: 1, message: expect.stringContaining('too many parts') },
  ]);
});
