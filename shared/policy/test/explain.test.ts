import { describe, expect, test } from '@jest/globals';
import { explain, historyOf, type Explained, type PolicyCall, type PolicyEvent } from '../src/index.ts';
import { forAll } from './support/for-all.ts';
import { randomPolicy, type Factor, type Limit } from './support/random-policy.ts';
import { ago, allow, ask, callOf, deny, policyOf, refundOf } from './support/small.ts';
import { decided, randomSituations, ready, type Ready } from './support/triples.ts';

const call = refundOf(50);

const partsOf = ({ compiled }: Ready, asked: PolicyCall, ...past: PolicyEvent[]): Readonly<Record<string, Explained>> =>
  Object.fromEntries((explain(compiled, asked, historyOf(past, asked))?.parts ?? []).map((part) => [part.id, part]));

describe('an explanation', () => {
  test('says of each rule whether it matched, and what stood against it [policy.explained]', () => {
    const amount = { pointer: '/amount', maximum: 10 };
    const policy = policyOf({
      rules: [
        allow({ tools: ['commit_refund'] }),
        allow({ agents: ['crm-agent'], task: 'bound', arguments: [amount] }, 'far'),
        ask({ hours: { from: '13:00', to: '14:00' } }),
        deny({ kinds: ['read'] }, 'reads'),
      ],
    });
    const parts = partsOf(policy, call);
    expect(Object.keys(parts)).toEqual(['give', 'far', 'ask']);
    expect(parts['give']).toEqual({ id: 'give', what: 'rule', effect: 'allow', matched: true, because: [] });
    expect(parts['far']).toMatchObject({
      matched: false,
      because: ['agents: does not hold', 'task: does not hold', 'arguments /amount: does not hold'],
    });
    expect(parts['ask']).toMatchObject({
      effect: 'require_approval',
      matched: false,
      because: ['hours: does not hold'],
    });
  });

  test('says what is unclear, which allows nothing and restricts all the same [policy.explained]', () => {
    const when = { arguments: [{ pointer: '/amount', maximum: 10 }] };
    const parts = partsOf(
      policyOf({ rules: [allow(when), deny(when)] }),
      callOf('commit_refund', { arguments: { amount: '5' } }),
    );
    expect(parts['give']).toMatchObject({ matched: false, because: ['arguments /amount: unclear'] });
    expect(parts['take']).toMatchObject({ matched: true, because: ['arguments /amount: unclear'] });
  });

  test('says how far each limit is used [policy.explained]', () => {
    const head = { when: {}, exceeded: 'deny' } as const;
    const limits: Limit[] = [
      { id: 'calls', ...head, per: 'owner', window: '1h', maximum: 2 },
      { id: 'sum', ...head, when: { actions: ['refund'] }, per: 'owner', window: '1h', sum: '/amount', maximum: 60 },
      { id: 'run', ...head, max_calls_per_run: 9 },
      { id: 'tasks', ...head, when: { task: 'bound' }, max_calls_per_run: 0 },
    ];
    const parts = partsOf(policyOf({ rules: [allow()], limits }), call, ago(5, refundOf(20)));
    expect(parts['calls']).toMatchObject({ what: 'limit', matched: false, because: ['1 before this call, 2 at most'] });
    expect(parts['sum']).toMatchObject({ matched: true, because: ['20 before this call, 60 at most'] });
    expect(parts['run']).toMatchObject({
      matched: false,
      because: ['1 before this call, 9 at most', '1 before this call, 9 at most'],
    });
    expect(parts['tasks']).toMatchObject({ matched: false, because: ['task: does not hold'] });
  });

  test('says what each factor adds [policy.explained]', () => {
    const factors: Factor[] = [
      { id: 'always', score: 5 },
      { id: 'task', when: { task: 'bound' }, score: 5 },
      { id: 'calls', measure: 'calls', within: '1h', bands: [{ from: 3, score: 9 }] },
    ];
    const parts = partsOf(policyOf({ rules: [allow()], factors }), call);
    expect(parts['trial/always']).toMatchObject({ what: 'factor', effect: null, matched: true, because: ['adds 5'] });
    expect(parts['trial/task']).toMatchObject({ matched: false, because: ['task: does not hold'] });
    expect(parts['trial/calls']).toMatchObject({ matched: false, because: ['adds 0'] });
  });

  test('there is none of a tool that nobody knows [policy.explained]', () => {
    const { compiled } = policyOf({ rules: [allow()] });
    expect(explain(compiled, callOf('drop_tables'), historyOf([], call))).toBeUndefined();
  });

  test('decides as decisions do, and names as matched all that decided [policy.explained]', () => {
    forAll(300, (random) => {
      const policy = ready(randomPolicy(random));
      for (const situation of randomSituations(random, 2)) {
        const explained = explain(policy.compiled, situation.call, historyOf(situation.past, situation.call));
        const verdict = decided(policy, situation);
        expect(explained?.verdict).toEqual(verdict);
        const matched = explained?.parts.filter((part) => part.matched).map(({ id }) => id);
        const own = verdict.rules.filter((id) => !['law', 'no-rule', 'abuse'].includes(id));
        expect(matched).toEqual(expect.arrayContaining(own));
        for (const part of explained?.parts ?? []) {
          if (!part.matched) expect([part.id, part.because.length > 0]).toEqual([part.id, true]);
        }
      }
    });
  });
});
