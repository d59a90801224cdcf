import { describe, expect, test } from '@jest/globals';
import { decideNaively } from './support/naive-policy.ts';
import { seeded } from './support/random.ts';
import { plain, randomReady, randomSituations, same, type Ready, type Situation } from './support/triples.ts';
import { TWINS, type Twin } from './support/twins.ts';

const SEED = 20_261_122;
const POLICIES = 4000;

interface Case {
  readonly policy: Ready;
  readonly situations: readonly Situation[];
}
const random = seeded(SEED);
const made: Case[] = [];

/** The same cases for every twin, made when the first of them needs them. */
function* cases(): Generator<Case> {
  for (let at = 0; at < POLICIES; at++) {
    const known = made[at] ?? {
      policy: randomReady(random),
      situations: [0, 1].flatMap(() => randomSituations(random, 4)),
    };
    made[at] = known;
    yield known;
  }
}

/** After how many triples the comparison with the naive evaluator catches it. */
function caughtAfter(twin: Twin): number | undefined {
  let triples = 0;
  for (const { policy, situations } of cases()) {
    for (const situation of situations) {
      triples += 1;
      const naive = decideNaively(policy.source, situation.call, situation.past);
      if (!same(plain(twin.decide(policy, situation)), naive)) return triples;
    }
  }
  return undefined;
}

describe('an evaluator with a fault is caught', () => {
  test.each(TWINS.map((twin) => [twin.fault, twin] as const))('%s [policy.meaning, check.twins]', (_fault, twin) => {
    expect(caughtAfter(twin)).toEqual(expect.any(Number));
  });
});
