import { describe, expect, test } from '@jest/globals';
import { DEFAULT_TIME, runCases, samenessOf, type CaseResult } from '../src/index.ts';
import { CATALOGUE, policyText, type Parts } from './check-support.ts';

const CALL = 'tool: commit_refund, arguments: { amount: 1500, currency: EUR }, agent: support-agent';

/** Runs cases that are written as flow maps, one per line. */
function run(cases: string, parts: Parts = {}, head = ''): ReturnType<typeof runCases> {
  const text = `version: 1\npolicy: trial.yaml\n${head}cases:\n${cases
    .trim()
    .split('\n')
    .map((line) => `  - ${line.trim()}\n`)
    .join('')}`;
  const packs =
    parts.factors === undefined ? {} : { 'pack.yaml': `version: 1\ndomain: trial\nfactors:\n  - ${parts.factors}\n` };
  return runCases(
    { file: 'trial.yaml', policy: policyText(parts), packs },
    { file: 'trial.cases.yaml', text },
    CATALOGUE,
  );
}

function results(...args: Parameters<typeof run>): readonly CaseResult[] {
  const outcome = run(...args);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.faults));
  return outcome.results;
}

const one = (call: string, history: string, expected: string, parts: Parts = {}): CaseResult => {
  const [result] = results(`{ name: one, call: { ${call} }, history: [${history}], expect: { ${expected} } }`, parts);
  if (!result) throw new Error('There is no result.');
  return result;
};

describe('what a case expects', () => {
  test('a decision as expected passes, without an explanation [policy-check.cases]', () => {
    const result = one(CALL, '', 'effect: allow, rules: [refunds], approval: none, suspend: false');
    expect(result).toMatchObject({ name: 'one', line: 4, passed: true, differences: [], explanation: [] });
  });

  test.each([
    ['effect: deny', 'effect', 'deny', 'allow'],
    ['effect: allow, approval: owner', 'approval', 'owner', 'none'],
    ['effect: allow, rules: [reads]', 'rules', 'with reads', 'refunds'],
    ['effect: allow, suspend: true', 'suspend', 'true', 'false'],
    ['effect: allow, risk: { minimum: 1 }', 'risk', 'at least 1', '0'],
    ['effect: allow, reviewer_role: reviewer', 'reviewer_role', 'reviewer', 'none'],
    ['effect: allow, conditions: [task]', 'conditions', 'task', 'none'],
    ['effect: allow, task_missing: true', 'task_missing', 'true', 'false'],
  ])('%s: it is said what is otherwise, and why [policy-check.cases]', (expected, field, wanted, actual) => {
    const result = one(CALL, '', expected);
    expect(result.passed).toBe(false);
    expect(result.differences).toEqual([{ field, expected: wanted, actual }]);
    expect(result.explanation).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: 'refunds', matched: true })]),
    );
  });

  test('a score above what is expected is a difference too [policy-check.cases]', () => {
    const factors = '{ id: any, score: 30 }';
    expect(one(CALL, '', 'effect: allow, risk: { minimum: 30, maximum: 30 }', { factors }).passed).toBe(true);
    expect(one(CALL, '', 'effect: allow, risk: { maximum: 29 }', { factors }).differences).toEqual([
      { field: 'risk', expected: 'at most 29', actual: '30' },
    ]);
  });

  test('what a denied agent is told, in any order [policy-check.cases]', () => {
    const parts = {
      rules: `{ id: extra, effect: deny, when: { tools: [commit_refund], agents: [support-agent], hours: { from: '00:00', to: '23:00' } } }`,
    };
    expect(one(CALL, '', 'effect: deny, conditions: [hours, other_role]', parts).differences).toEqual([]);
    expect(one(CALL, '', 'effect: deny, conditions: [hours]', parts).differences).toEqual([
      { field: 'conditions', expected: 'hours', actual: 'hours, other_role' },
    ]);
  });
});

describe('the past of a case', () => {
  const spent = (fields: string): string => `{ tool: commit_refund, arguments: { amount: 600 }, ${fields} }`;

  test.each([
    ['nothing', '', 'allow'],
    ['one within the window', spent('ago: 1h'), 'deny'],
    ['one before the window', spent('ago: 25h'), 'allow'],
    ['of another owner', spent('ago: 1h, owner: somebody'), 'allow'],
    ['of another client of the same owner', spent('ago: 1h, client: other, run: other'), 'deny'],
    ['refused', spent('ago: 1h, outcome: denied'), 'allow'],
    ['several, of which one is old enough', spent('ago: 10h, times: 2, every: 20h'), 'deny'],
    ['another tool', '{ tool: plan_refund, arguments: { amount: 600 }, ago: 1h }', 'allow'],
  ])('%s [policy-check.cases]', (_what, history, effect) => {
    expect(one(CALL, history, `effect: ${effect}`).differences).toEqual([]);
  });

  test('several calls lie apart as said, the newest first ago [policy-check.cases]', () => {
    const recent = (least: number): Parts => ({
      rules: `{ id: extra, effect: deny, when: { tools: [commit_refund], recent: { tools: [get_ticket], within: 10m, at_least: ${least} } } }`,
    });
    const reads = '{ tool: get_ticket, ago: 1m, times: 5, every: 4m }';
    expect(one(CALL, reads, 'effect: deny', recent(3)).passed).toBe(true);
    expect(one(CALL, reads, 'effect: deny', recent(4)).passed).toBe(false);
  });

  test('text from outside, shown records and scores of the past count [policy-check.cases]', () => {
    const rules = (when: string): Parts => ({
      rules: `{ id: extra, effect: deny, when: { tools: [commit_refund], ${when} } }`,
      factors:
        '{ id: shown, measure: records, within: 1h, when: { kinds: [commit] }, bands: [{ from: 3, score: 40 }] }',
    });
    const read = 'tool: get_ticket, ago: 5m';
    const outside = rules('recent: { outside_text: true, within: 10m }');
    expect(one(CALL, `{ ${read}, outside: true }`, 'effect: deny', outside).passed).toBe(true);
    expect(one(CALL, `{ ${read} }`, 'effect: allow', outside).passed).toBe(true);
    const cumulative = rules('cumulative_risk: { minimum: 50, within: 1h }');
    expect(one(CALL, `{ ${read}, risk: 50 }`, 'effect: deny', cumulative).passed).toBe(true);
    expect(
      one(
        CALL,
        '{ tool: commit_refund, ago: 5m, records: 3 }',
        'effect: allow, risk: { minimum: 40 }',
        rules('task: bound'),
      ).passed,
    ).toBe(true);
  });

  test('the same call is known again in whichever order its arguments stand [policy-check.cases]', () => {
    expect(samenessOf('a', { x: 1, y: [{ b: 1, c: 2 }] })).toBe(samenessOf('a', { y: [{ c: 2, b: 1 }], x: 1 }));
    expect(samenessOf('a', { x: 1 })).not.toBe(samenessOf('b', { x: 1 }));
    const factors = '{ id: again, measure: repeats, within: 1h, bands: [{ from: 1, score: 25 }] }';
    const again = '{ tool: commit_refund, arguments: { currency: EUR, amount: 1500 }, ago: 5m, outcome: denied }';
    expect(one(CALL, again, 'effect: allow, risk: { minimum: 25 }', { factors }).passed).toBe(true);
  });
});

test('defaults are what every call has that does not say otherwise [policy-check.cases]', () => {
  const rules = `{ id: extra, effect: deny, when: { tools: [commit_refund], owner_roles: [support-lead], task: bound, content_flags: { minimum: 2 } } }`;
  const head = `defaults: { ${CALL}, owner_roles: [support-lead], task: bound, content_flags: 2, time: '2026-03-02T10:00:00+01:00' }\n`;
  const all = results(
    `{ name: defaults, call: { tool: commit_refund }, expect: { effect: deny } }
     { name: unbound, call: { tool: commit_refund, task: unbound }, expect: { effect: allow } }
     { name: other role, call: { tool: commit_refund, owner_roles: [owner] }, expect: { effect: allow } }
     { name: other arguments, call: { tool: commit_refund, arguments: { amount: 2001 }, task: unbound }, expect: { effect: deny, rules: [no-rule] } }`,
    { rules },
    head,
  );
  expect(all.map(({ name, passed }) => [name, passed])).toEqual([
    ['defaults', true],
    ['unbound', true],
    ['other role', true],
    ['other arguments', true],
  ]);
  expect(new Date(DEFAULT_TIME).toISOString()).toBe('2026-03-02T12:00:00.000Z');
});

describe('a file that cannot be run', () => {
  const fine = `{ name: one, call: { ${CALL} }, expect: { effect: allow } }`;

  test.each([
    ['an unknown field', fine.replace('effect: allow', 'efect: allow'), /efect|effect|expected/i, 4],
    ['an unknown tool', fine.replace('commit_refund', 'commit_refunds'), /no tool "commit_refunds"/, 4],
    [
      'an unknown tool in the past',
      fine.replace('expect', 'history: [{ tool: nothing, ago: 1h }], expect'),
      /no tool "nothing"/,
      4,
    ],
    ['no duration', fine.replace('expect', 'history: [{ tool: get_ticket, ago: soon }], expect'), /duration/, 4],
    ['no time', fine.replace('agent:', 'time: yesterday, agent:'), /RFC 3339/, 4],
    ['two cases with one name', `${fine}\n${fine}`, /share a name/, 1],
  ])('%s is said with its line [policy-check.cases]', (_what, cases, message, line) => {
    const outcome = run(cases);
    expect(outcome.ok).toBe(false);
    if (outcome.ok) return;
    expect(outcome.faults[0]).toMatchObject({ file: 'trial.cases.yaml', line });
    expect(outcome.faults.map((fault) => fault.message).join('\n')).toMatch(message);
  });

  test('cases of another policy, and a policy that cannot be read [policy-check.cases]', () => {
    const policy = { file: 'other.yaml', policy: 'version: 2', packs: {} };
    const text = `version: 1\npolicy: trial.yaml\ncases:\n  - ${fine}\n`;
    const outcome = runCases(policy, { file: 'other.cases.yaml', text }, CATALOGUE);
    const files = outcome.ok ? [] : outcome.faults.map(({ file }) => file);
    expect(new Set(files)).toEqual(new Set(['other.cases.yaml', 'other.yaml']));
  });
});
