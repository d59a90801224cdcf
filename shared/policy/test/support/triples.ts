import {
  compilePolicy,
  decide,
  historyOf,
  type CompiledPolicy,
  type PolicyCall,
  type PolicyEvent,
  type PolicyVerdict,
} from '../../src/index.ts';
import { type NaiveVerdict, type Source } from './naive-policy.ts';
import { randomCall, randomPast, randomTime } from './random-call.ts';
import { randomPolicy, type Written } from './random-policy.ts';
import { pick, times, type Random } from './random.ts';
import { CATALOGUE } from './tools.ts';

/** A policy in both forms: ready for the engine, and as it was read. */
export interface Ready {
  readonly written: Written;
  readonly compiled: CompiledPolicy;
  readonly source: Source;
}

/** One call of one past. */
export interface Situation {
  readonly call: PolicyCall;
  readonly past: readonly PolicyEvent[];
}

/** JSON is YAML, so that each policy goes the way of a file. @throws where it has a fault. */
export function ready(written: Written, catalogue = CATALOGUE): Ready {
  const packs = Object.fromEntries(Object.entries(written.packs).map(([file, pack]) => [file, JSON.stringify(pack)]));
  const outcome = compilePolicy({ file: 'random.yaml', policy: JSON.stringify(written.policy), packs }, catalogue);
  if (!outcome.ok) throw new Error(`${JSON.stringify(outcome.faults)} in ${JSON.stringify(written)}`);
  const named = (written.policy.risk?.packs ?? []).flatMap((file) => written.packs[file] ?? []);
  return {
    written,
    compiled: outcome.policy,
    source: { policy: written.policy, packs: named, tools: [...catalogue.values()] },
  };
}

export const randomReady = (random: Random): Ready => ready(randomPolicy(random));

/** Several calls around the same time, of one past. */
export function randomSituations(random: Random, calls: number): Situation[] {
  const now = randomTime(random);
  const past = randomPast(random, now);
  return times(calls, () => {
    const again = past.length > 0 ? past[random.below(past.length)] : undefined;
    const call = randomCall(random, now + pick(random, [0, 0, 1, 2, -1]));
    // What was asked before is asked again, now and then.
    const { tool, sameness, arguments: values } = again && random.below(5) === 4 ? again : call;
    return { past, call: { ...call, tool, sameness, arguments: values } };
  });
}

export const decided = ({ compiled }: Ready, { call, past }: Situation): PolicyVerdict =>
  decide(compiled, call, historyOf(past, call));

/** What both evaluators have to say, the same. */
export const plain = ({ risk, abuse, rules, ...verdict }: PolicyVerdict): NaiveVerdict => ({
  ...verdict,
  rules: rules.toSorted(),
  risk: risk.score,
  abuse: abuse.score,
});

export const same = (a: NaiveVerdict, b: NaiveVerdict): boolean =>
  a.effect === b.effect &&
  a.approval === b.approval &&
  a.risk === b.risk &&
  a.abuse === b.abuse &&
  a.suspend === b.suspend &&
  a.rules.join() === b.rules.join() &&
  a.reviewerRoles.join() === b.reviewerRoles.join();
