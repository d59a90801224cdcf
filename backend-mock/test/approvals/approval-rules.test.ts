import { describe, expect, test } from '@jest/globals';
import type { ApprovalLevel } from '@narrow-deputies/contracts';
import { mayDecide, quorum } from '../../src/approvals/approval-rules.ts';
import type { PersonRole } from '../../src/people/people-repository.ts';
import type { Release } from '../../src/policy/decision.ts';
import { makePerson } from '../support/rows.ts';

const LEVELS: readonly ApprovalLevel[] = ['none', 'owner', 'reviewer', 'two_reviewers'];

/** Who may decide, by level in the order above; the plan's owner is `p_ann`. */
const TABLE: readonly (readonly [string, readonly PersonRole[], readonly boolean[]])[] = [
  ['ann', ['owner'], [true, true, false, false]],
  ['ann', ['reviewer'], [false, false, false, false]],
  ['ann', ['owner', 'reviewer'], [true, true, false, false]],
  ['ann', ['administrator', 'support-lead'], [false, false, false, false]],
  ['bob', ['owner'], [false, false, false, false]],
  ['bob', ['reviewer'], [false, false, true, true]],
  ['bob', ['owner', 'reviewer'], [false, false, true, true]],
  ['bob', ['administrator', 'support-lead'], [false, false, false, false]],
  ['bob', [], [false, false, false, false]],
];
const CASES = TABLE.flatMap(([name, roles, may]) =>
  LEVELS.map((level, at) => [name, roles, level, may[at] ?? true] as const),
);

const releaseAt = (approval: ApprovalLevel, reviewerRoles: readonly string[] = []): Release => ({
  approval,
  reviewerRoles,
});

describe('mayDecide [approval.owner]', () => {
  test.each(CASES)('%s with the roles %j at level %s: %s', (name, roles, level, may) => {
    expect(mayDecide(makePerson(name, roles), releaseAt(level), 'p_ann')).toBe(may);
  });

  test.each(LEVELS)('a person who was removed decides nothing at level %s', (level) => {
    for (const name of ['ann', 'bob']) {
      const person = { ...makePerson(name, ['owner', 'reviewer']), state: 'removed' } as const;
      expect(mayDecide(person, releaseAt(level), 'p_ann')).toBe(false);
    }
  });
});

test('reviewers hold every role that policy asks for [approval.reviewers]', () => {
  const lead = releaseAt('reviewer', ['support-lead']);
  expect(mayDecide(makePerson('bob', ['support-lead']), lead, 'p_ann')).toBe(true);
  expect(mayDecide(makePerson('bob', ['reviewer']), lead, 'p_ann')).toBe(false);
  expect(mayDecide(makePerson('ann', ['support-lead']), lead, 'p_ann')).toBe(false);
  const both = releaseAt('two_reviewers', ['reviewer', 'support-lead']);
  expect(mayDecide(makePerson('bob', ['support-lead']), both, 'p_ann')).toBe(false);
  expect(mayDecide(makePerson('bob', ['reviewer', 'support-lead']), both, 'p_ann')).toBe(true);
});

test('each level says how many different people have to approve', () => {
  expect(LEVELS.map(quorum)).toEqual([0, 1, 1, 2]);
});
