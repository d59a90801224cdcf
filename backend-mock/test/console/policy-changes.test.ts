import { describe, expect, test } from '@jest/globals';
import { changesOf } from '../../src/console/pages/policy-changes.ts';
import { PACK, POLICY, readOf } from './policy-texts.ts';

const changes = (from: string, to: string, text = POLICY): ReturnType<typeof changesOf> => {
  expect(text).toContain(from);
  return changesOf(readOf(), readOf(text.replace(from, to)));
};

describe('what another policy says differently [policy-page.changes]', () => {
  test('is nothing for the same policy, other comments, or another order', () => {
    expect(changesOf(readOf(), readOf())).toEqual([]);
    expect(changes('rules:', '# Read on.\nrules:')).toEqual([]);
    const [head = '', first = '', second = ''] = POLICY.split(/(?= {2}- id: (?:reads-and-plans|refunds-ask|no-take))/);
    expect(changesOf(readOf(), readOf(POLICY.replace(first + second, second + first)))).toEqual([]);
    expect(head).not.toBe('');
  });

  test('is one line of one rule, before and after', () => {
    expect(changes('maximum: 1000', 'maximum: 2000')).toEqual([
      {
        kind: 'changed',
        what: 'rule',
        id: 'refunds-ask',
        lines: [{ label: '/amount', before: 'at most 1000', after: 'at most 2000' }],
      },
    ]);
    expect(changes('approval: two_reviewers\n    reviewer_role: support-lead', 'approval: owner')).toMatchObject([
      { lines: [{ label: 'effect', before: 'ask two reviewers with the role support-lead', after: 'ask the owner' }] },
    ]);
  });

  test('is a rule that came or went, with all that it says', () => {
    const without = POLICY.replace(/ {2}- id: no-take-downs[^]*?within: 10m \} \}\n/, '');
    const lines = [
      { label: 'effect', before: 'deny', after: null },
      { label: 'actions', before: 'unpublish', after: null },
      { label: 'shortly before', before: 'text from outside, within 10m', after: null },
    ];
    expect(changesOf(readOf(), readOf(without))).toEqual([
      { kind: 'removed', what: 'rule', id: 'no-take-downs', lines },
    ]);
    expect(changesOf(readOf(without), readOf())).toMatchObject([
      { kind: 'added', id: 'no-take-downs', lines: lines.map(({ label }) => ({ label, before: null })) },
    ]);
  });

  test.each([
    ['maximum: 20000', 'maximum: 30000', 'limit', 'a-day', 'at most'],
    ['max_calls_per_run: 5', 'max_calls_per_run: 6', 'limit', 'in-a-run', 'at most'],
    ['suspend_at: 60', 'suspend_at: 61', 'settings', 'of the policy itself', 'abuse that suspends'],
    ['Etc/UTC', 'Europe/Berlin', 'settings', 'of the policy itself', 'time zone'],
    ['name: house-rules', 'name: other-rules', 'settings', 'of the policy itself', 'name'],
  ])('"%s" made "%s" is a change of the %s %s', (from, to, what, id, label) => {
    expect(changes(from, to)).toMatchObject([{ kind: 'changed', what, id, lines: [{ label }] }]);
  });

  test('is a factor of a risk pack', () => {
    const after = readOf(POLICY, PACK.replace('score: 15', 'score: 16').replace('score: 30', 'score: 31'));
    expect(changesOf(readOf(), after)).toEqual([
      {
        kind: 'changed',
        what: 'factor',
        id: 'crm/records-today',
        lines: [{ label: 'adds', before: '5 from 100, 15 from 400', after: '5 from 100, 16 from 400' }],
      },
      { kind: 'changed', what: 'factor', id: 'crm/export', lines: [{ label: 'adds', before: '30', after: '31' }] },
    ]);
  });

  test('is shown as it is written where words do not tell it apart', () => {
    const [number, text] = ['enum: [1]', "enum: ['1']"].map((values) => readOf(POLICY.replace('enum: [EUR]', values)));
    const [change] = number && text ? changesOf(number, text) : [];
    expect(change).toMatchObject({ id: 'refunds-ask', lines: [{ label: 'as written' }] });
    expect(change?.lines[0]?.before).toContain('[1]');
    expect(change?.lines[0]?.after).toContain('["1"]');
  });
});
