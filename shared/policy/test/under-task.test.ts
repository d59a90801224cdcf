import { describe, expect, test } from '@jest/globals';
import { releasesUnderTask } from '../src/index.ts';
import { CATALOGUE, policyText, rule, type Parts } from './check-support.ts';

const NO_REFUNDS = { refunds: '', day: '' };
const asking = (when: string): Parts => ({ ...NO_REFUNDS, ...rule(`tools: [commit_refund], ${when}`, 'allow') });

/** Whether refunds of a support agent can be released under a task. */
const releases = (parts: Parts, tool = 'commit_refund', agent = 'support-agent'): boolean =>
  releasesUnderTask({ file: 'trial.yaml', policy: policyText(parts), packs: {} }, CATALOGUE)(tool, agent);

describe('what tasks can release under a policy [task.heeded]', () => {
  test.each<[string, Parts]>([
    ['an allow that wants a task', asking('task: bound')],
    ['an allow that does not ask for one', asking('arguments: [{ pointer: /currency, enum: [EUR] }]')],
    ['an allow beside a question about what no task covers', { ...asking('task: bound'), asked: 'commit_export' }],
    ['an allow at some hours', asking("task: bound, hours: { from: '08:00', to: '18:00' }")],
  ])('%s releases', (_name, parts) => {
    expect(releases(parts)).toBe(true);
  });

  test.each<[string, Parts]>([
    ['no allow at all', NO_REFUNDS],
    ['an allow without a task alone', asking('task: unbound')],
    ['an allow for another agent', asking('task: bound, agents: [crm-agent]')],
    ['an allow that a question always overrides', { ...asking('task: bound'), asked: 'commit_refund' }],
    [
      'an allow that a deny always overrides',
      { ...NO_REFUNDS, rules: `${asking('task: bound').rules}\n{ id: never, effect: deny, when: { task: bound } }` },
    ],
  ])('%s does not', (_name, parts) => {
    expect(releases(parts)).toBe(false);
  });

  test('a policy that cannot be read, and a tool that does not exist, release nothing', () => {
    expect(releasesUnderTask({ file: 'trial.yaml', policy: 'version: 2', packs: {} }, CATALOGUE)('x', 'y')).toBe(false);
    expect(releases(asking('task: bound'), 'commit_nothing')).toBe(false);
  });
});
