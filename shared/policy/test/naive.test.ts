import { beforeAll, describe, expect, test } from '@jest/globals';
import { decideNaively, type NaiveVerdict } from './support/naive-policy.ts';
import { seeded } from './support/random.ts';
import { decided, plain, randomReady, randomSituations, same, type Ready, type Situation } from './support/triples.ts';
import { WITHOUT } from './support/without.ts';

const SEED = 20_261_121;
const POLICIES = 2500;
const PASTS = 5;
const CALLS = 8;
/** Of each so many policies, every word is taken out once and everything decided again. */
const LOOKED_INTO = 2;

interface Tally {
  triples: number;
  readonly effects: Map<string, number>;
  /** By what determined the effect, without the number of the rule. */
  readonly reasons: Map<string, number>;
  /** How often a word of the language made the difference. */
  readonly decisive: Map<string, number>;
  readonly disagreements: unknown[];
}

const count = (in_: Map<string, number>, what: string): Map<string, number> => in_.set(what, (in_.get(what) ?? 0) + 1);

function note(tally: Tally, verdict: NaiveVerdict): void {
  tally.triples += 1;
  count(tally.effects, verdict.effect);
  for (const rule of verdict.rules) count(tally.reasons, rule.replace(/-\d+$/, ''));
}

function takeOut(tally: Tally, { source }: Ready, situations: readonly Situation[]): void {
  const verdicts = situations.map(({ call, past }) => decideNaively(source, call, past));
  for (const { word, of } of WITHOUT) {
    const changed = of(source);
    if (JSON.stringify(changed) === JSON.stringify(source)) continue;
    for (const [at, { call, past }] of situations.entries()) {
      const verdict = verdicts[at];
      if (verdict && !same(verdict, decideNaively(changed, call, past))) count(tally.decisive, word);
    }
  }
}

describe(`the engine and a naive evaluator (seed ${SEED})`, () => {
  const tally: Tally = {
    triples: 0,
    effects: new Map(),
    reasons: new Map(),
    decisive: new Map(),
    disagreements: [],
  };

  beforeAll(() => {
    const random = seeded(SEED);
    for (let at = 0; at < POLICIES; at++) {
      const policy = randomReady(random);
      for (let past = 0; past < PASTS; past++) {
        const situations = randomSituations(random, CALLS);
        for (const situation of situations) {
          const engine = plain(decided(policy, situation));
          const naive = decideNaively(policy.source, situation.call, situation.past);
          note(tally, naive);
          if (same(engine, naive)) continue;
          tally.disagreements.push({ engine, naive, ...situation, ...policy.written });
        }
        if (past === 0 && at % LOOKED_INTO === 0) takeOut(tally, policy, situations);
      }
    }
  });

  test('agree on 100,000 triples of policy, call and history [policy.meaning]', () => {
    expect(tally.triples).toBe(100_000);
    expect(tally.disagreements.slice(0, 1)).toEqual([]);
  });

  test('every effect is common, and comes about for every reason [policy.meaning]', () => {
    for (const effect of ['allow', 'require_approval', 'deny']) {
      expect([effect, tally.effects.get(effect)]).toEqual([effect, expect.any(Number)]);
      expect(tally.effects.get(effect)).toBeGreaterThan(tally.triples / 10);
    }
    for (const reason of ['rule', 'limit', 'law', 'no-rule', 'abuse']) {
      expect([reason, (tally.reasons.get(reason) ?? 0) > 1000]).toEqual([reason, true]);
    }
  });

  test('every word of the language decided, many times [policy.meaning]', () => {
    const rare = WITHOUT.filter(({ word }) => (tally.decisive.get(word) ?? 0) < 15).map(({ word }) => word);
    expect(rare).toEqual([]);
  });
});
