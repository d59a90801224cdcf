import { describe, expect, test } from '@jest/globals';
import type { ApprovalLevel, Contract } from '@narrow-deputies/contracts';
import { commitPublishDraftContract, planPublishDraftContract } from '../../src/blog/publish-draft.ts';
import { listDraftsContract } from '../../src/blog/list-drafts.ts';
import { assessRisk, decide, POLICY_VERSION, stricter } from '../../src/policy/default-policy.ts';

const SUBJECT = { agent: 'publisher-agent', environment: 'development' };
const LEVELS: readonly ApprovalLevel[] = ['none', 'owner', 'reviewer', 'two_reviewers'];
const commitWith = (approval: ApprovalLevel): Contract => ({ ...commitPublishDraftContract, approval });

describe('the built-in policy', () => {
  test.each([
    ['reads', listDraftsContract],
    ['plans', planPublishDraftContract],
  ])('%s are allowed without a person', (_kind, contract) => {
    expect(decide(contract, SUBJECT)).toMatchObject({
      decision: 'allow',
      approval: 'none',
      policyVersion: POLICY_VERSION,
    });
  });

  test.each([
    ['none', 'owner'],
    ['owner', 'owner'],
    ['reviewer', 'reviewer'],
    ['two_reviewers', 'two_reviewers'],
  ] as const)('a commit whose contract asks for %s needs the approval of: %s', (asked, needed) => {
    expect(decide(commitWith(asked), SUBJECT)).toMatchObject({ decision: 'require_approval', approval: needed });
  });

  test('every decision names the rule that made it and everything that it read', () => {
    for (const contract of [listDraftsContract, planPublishDraftContract, commitPublishDraftContract]) {
      const { rules, input } = decide(contract, SUBJECT);
      expect(rules).toHaveLength(1);
      expect(input).toEqual({
        tool: contract.name,
        kind: contract.kind,
        action: contract.action,
        context: contract.context,
        agent: 'publisher-agent',
        environment: 'development',
        ships: contract.ships,
      });
    }
  });

  test('what ships is a higher risk than what does not, and a commit a higher one than a read', () => {
    expect(assessRisk(listDraftsContract)).toEqual({ score: 0, level: 'low', parts: [] });
    expect(assessRisk({ ...commitPublishDraftContract, ships: false })).toMatchObject({ score: 20, level: 'low' });
    expect(assessRisk(commitPublishDraftContract)).toEqual({
      score: 50,
      level: 'medium',
      parts: [
        { name: 'kind:commit', score: 20 },
        { name: 'ships', score: 30 },
      ],
    });
  });
});

describe('stricter', () => {
  const pairs = LEVELS.flatMap((a, low) => LEVELS.map((b, high) => [a, b, LEVELS[Math.max(low, high)]] as const));
  test.each(pairs)('of %s and %s: %s', (a, b, expected) => {
    expect(stricter(a, b)).toBe(expected);
  });
});
