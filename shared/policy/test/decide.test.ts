import { describe, expect, test } from '@jest/globals';
import { stricter } from '../src/index.ts';
import type { Limit, Rule, When } from './support/random-policy.ts';
import { ago, allow, ask, callOf, deny, policyOf, refundOf, verdictOn } from './support/small.ts';

const call = refundOf(50);
const verdict = (...rules: Rule[]): unknown => {
  const { effect, approval, reviewerRoles, rules: ids } = verdictOn({ rules }, call);
  return { effect, approval, reviewerRoles, rules: ids };
};
const plainly = (effect: string, ...rules: string[]): unknown => ({
  effect,
  approval: 'none',
  reviewerRoles: [],
  rules,
});

describe('what rules say together', () => {
  test('deny wins over require_approval, that over allow, and nothing is deny [policy.meaning]', () => {
    expect(verdict(allow())).toEqual(plainly('allow', 'give'));
    expect(verdict(allow(), ask())).toEqual({ ...(plainly('require_approval', 'ask') as object), approval: 'owner' });
    expect(verdict(allow(), ask(), deny())).toEqual(plainly('deny', 'take'));
    expect(verdict()).toEqual(plainly('deny', 'no-rule'));
    expect(verdict(allow({ kinds: ['read'] }))).toEqual(plainly('deny', 'no-rule'));
  });

  test('all that say the same are named, and the strictest level and every role are asked for [policy.meaning]', () => {
    const lead: Rule = { ...ask({}, 'lead', 'reviewer'), reviewer_role: 'support-lead' };
    const two = ask({}, 'two', 'two_reviewers');
    expect(verdict(allow(), ask(), lead, two)).toEqual({
      effect: 'require_approval',
      approval: 'two_reviewers',
      reviewerRoles: ['reviewer', 'support-lead'],
      rules: ['ask', 'lead', 'two'],
    });
    expect(verdict(allow(), allow({}, 'also'))).toEqual(plainly('allow', 'give', 'also'));
  });

  test('only a commit waits for a person: what asks for one elsewhere denies [policy.meaning]', () => {
    for (const tool of ['get_ticket', 'plan_refund']) {
      expect(verdictOn({ rules: [allow(), ask()] }, callOf(tool))).toMatchObject({
        effect: 'deny',
        approval: 'none',
        rules: ['ask'],
      });
    }
  });

  test('no policy asks for less than a contract does, and a contract gives nothing [policy.floor]', () => {
    const export_ = callOf('commit_export');
    const asked = { effect: 'require_approval', approval: 'reviewer', reviewerRoles: ['reviewer'] };
    expect(verdictOn({ rules: [allow()] }, export_)).toMatchObject({ ...asked, rules: ['law'] });
    expect(verdictOn({ rules: [ask()] }, export_)).toMatchObject({ ...asked, rules: ['ask', 'law'] });
    expect(verdictOn({ rules: [deny()] }, export_)).toMatchObject({ effect: 'deny', rules: ['take'] });
    expect(verdictOn({ rules: [] }, export_)).toMatchObject({ effect: 'deny', rules: ['no-rule'] });
    expect(verdictOn({ rules: [allow()] }, callOf('commit_publish'))).toMatchObject({
      approval: 'owner',
      reviewerRoles: [],
    });
  });

  test('a tool that nobody knows is denied [policy.meaning]', () => {
    const factors = [{ id: 'f', score: 90, abuse: true } as const];
    expect(verdictOn({ rules: [allow()], factors, suspendAt: 5 }, callOf('drop_tables'))).toMatchObject({
      effect: 'deny',
      rules: ['no-rule'],
      risk: { score: 0, parts: [] },
      suspend: false,
    });
  });
});

describe('what limits add', () => {
  const limit = (exceeded: Limit['exceeded'], when: When = {}): Limit => ({
    id: 'limit',
    when,
    per: 'owner',
    window: '1h',
    maximum: 0,
    exceeded,
    ...(exceeded === 'require_approval' && { approval: 'reviewer' as const }),
  });

  test('they restrict what a rule gave, and give nothing themselves [policy.meaning]', () => {
    expect(verdictOn({ rules: [], limits: [limit('require_approval')] }, call).rules).toEqual(['no-rule']);
    expect(verdictOn({ rules: [allow()], limits: [limit('deny')] }, call)).toMatchObject({
      effect: 'deny',
      rules: ['limit'],
    });
    expect(verdictOn({ rules: [allow()], limits: [limit('require_approval')] }, call)).toMatchObject({
      effect: 'require_approval',
      approval: 'reviewer',
      reviewerRoles: ['reviewer'],
      rules: ['limit'],
    });
    expect(verdictOn({ rules: [allow()], limits: [limit('deny', { kinds: ['read'] })] }, call).effect).toBe('allow');
  });

  test('they relax when the window passes [policy.meaning]', () => {
    const limits = [{ ...limit('deny'), maximum: 1 }];
    expect(verdictOn({ rules: [allow()], limits }, call, ago(3_599_999, call)).effect).toBe('deny');
    expect(verdictOn({ rules: [allow()], limits }, call, ago(3_600_000, call)).effect).toBe('allow');
  });
});

test('of two levels the stricter one [policy.meaning]', () => {
  expect(stricter('none', 'owner')).toBe('owner');
  expect(stricter('two_reviewers', 'reviewer')).toBe('two_reviewers');
  expect(stricter('reviewer', 'reviewer')).toBe('reviewer');
});

test('a compiled policy knows its name, its words and its clock [policy.explained]', () => {
  const { compiled } = policyOf({
    rules: [{ ...allow(), why: 'It is fine.' }, deny({ kinds: ['read'] })],
    factors: [{ id: 'f', why: 'It is odd.', score: 5 }],
    suspendAt: 50,
  });
  expect(compiled).toMatchObject({
    name: 'small',
    environment: 'production',
    timeZone: 'Europe/Berlin',
    suspendAt: 50,
  });
  expect([...compiled.whys]).toEqual([
    ['give', 'It is fine.'],
    ['trial/f', 'It is odd.'],
  ]);
  expect(compiled.localTime(call.time)).toEqual({ day: 'wed', minute: 720 });
});
