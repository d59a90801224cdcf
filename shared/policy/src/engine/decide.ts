import type { PolicyCall } from './call.ts';
import { APPROVAL_LEVELS, stricter, type ApprovalLevel, type Effect } from './catalogue.ts';
import type { State, Test } from './conditions.ts';
import { valueAt } from './json.ts';
import type { Reading } from './measure.ts';
import type { Bound, CompiledPolicy, Factor, Limit, Program, Rule, Verdictive } from './program.ts';

/** A score, 0 to 100, and what it is made of. */
export interface Score {
  readonly score: number;
  readonly parts: readonly { readonly name: string; readonly score: number }[];
}

/** What policy says about one call. */
export interface PolicyVerdict {
  readonly effect: Effect;
  /** Who has to approve; `none` unless the effect is `require_approval`. */
  readonly approval: ApprovalLevel;
  /** Roles that each reviewer has to hold, all of them. */
  readonly reviewerRoles: readonly string[];
  /** Ids of the rules and limits that determined the effect; `no-rule` where nothing matched, `law` for the least approval. */
  readonly rules: readonly string[];
  readonly risk: Score;
  /** Signs of abuse alone. */
  readonly abuse: Score;
  /** Whether the credential has to be suspended until a person looks. */
  readonly suspend: boolean;
}

/** Names the floor that contracts put under every policy. */
export const LAW = 'law';
export const NO_RULE = 'no-rule';
export const ABUSE = 'abuse';
const SCORE_MAX = 100;

/** What a decision is made from: the call, and what its past came to. */
export function stateOf(program: Program, call: PolicyCall, read: Reading): State {
  return { call, values: program.measures.map(read), score: 0 };
}

/**
 * Decides one call: deny wins over require_approval, that over allow, and what nothing allows is denied. The order of
 * rules never matters. Pure: everything that it reads is in its arguments.
 *
 * @param read finds the values of the measures that {@link measuresOf} names.
 */
export function decide(policy: CompiledPolicy, call: PolicyCall, read: Reading): PolicyVerdict {
  const program = policy.programs.get(call.tool);
  return program ? decideState(policy, program, stateOf(program, call, read)) : UNKNOWN_TOOL;
}

const NO_SCORE: Score = { score: 0, parts: [] };
const UNKNOWN_TOOL: PolicyVerdict = {
  effect: 'deny',
  approval: 'none',
  reviewerRoles: [],
  rules: [NO_RULE],
  risk: NO_SCORE,
  abuse: NO_SCORE,
  suspend: false,
};

/** As {@link decide}, from a state; sets the state's score. */
export function decideState(policy: CompiledPolicy, program: Program, state: State): PolicyVerdict {
  const { risk, abuse } = assess(program.factors, state);
  state.score = risk.score;
  const suspend = policy.suspendAt !== null && abuse.score >= policy.suspendAt;
  const said = sayings(program, state);
  if (suspend) said.push({ id: ABUSE, effect: 'deny', approval: 'none', reviewerRole: null });
  const effect = strictest(said);
  const deciding = said.filter((each) => each.effect === effect);
  if (effect !== 'require_approval') {
    const rules = deciding.length > 0 ? deciding.map(({ id }) => id) : [NO_RULE];
    return { effect, approval: 'none', reviewerRoles: [], rules, risk, abuse, suspend };
  }
  const roles = deciding.flatMap(({ reviewerRole }) => reviewerRole ?? []);
  return {
    effect,
    approval: deciding.reduce<ApprovalLevel>((level, { approval }) => stricter(level, approval), 'none'),
    reviewerRoles: [...new Set(roles)].toSorted(),
    rules: deciding.map(({ id }) => id),
    risk,
    abuse,
    suspend,
  };
}

function strictest(said: readonly Verdictive[]): Effect {
  let effect: Effect = 'deny';
  if (!said.some((each) => each.effect === 'allow' || each.effect === 'require_approval')) return effect;
  effect = 'allow';
  for (const each of said) {
    if (each.effect === 'deny') return 'deny';
    if (each.effect === 'require_approval') effect = 'require_approval';
  }
  // A limit restricts what a rule gave; by itself it gives nothing.
  return effect;
}

/** Everything that has a say in this call. */
function sayings({ tool, rules, limits }: Program, state: State): Verdictive[] {
  const said: Verdictive[] = rules.filter((rule) => matches(rule, state));
  if (said.length > 0) {
    for (const limit of limits) if (applies(limit, state) && exceeds(limit, state)) said.push(limit);
    if (tool.kind === 'commit' && APPROVAL_LEVELS.indexOf(tool.leastApproval) > 0) {
      const reviewed = tool.leastApproval === 'reviewer' || tool.leastApproval === 'two_reviewers';
      const reviewerRole = reviewed ? 'reviewer' : null;
      said.push({ id: LAW, effect: 'require_approval', approval: tool.leastApproval, reviewerRole });
    }
  }
  return said;
}

/** Unclear means denied: a rule that restricts matches what it cannot read, a rule that allows does not. */
export function matches(rule: Rule, state: State): boolean {
  let unclear = false;
  for (const test of rule.tests) {
    const verdict = test.run(state);
    if (verdict === 'no') return false;
    if (verdict === 'unclear') unclear = true;
  }
  return !unclear || rule.effect !== 'allow';
}

/** Whether a limit holds for this call at all. */
export const applies = ({ tests }: { readonly tests: readonly Test[] }, state: State): boolean =>
  tests.every((test) => test.run(state) !== 'no');

export const exceeds = ({ bounds }: Limit, state: State): boolean => bounds.some((bound) => exceedsBound(bound, state));

export function exceedsBound({ at, maximum, sum }: Bound, { call, values }: State): boolean {
  const before = values[at]?.value ?? 0;
  if (sum === null) return before + 1 > maximum;
  const amount = valueAt(call.arguments, sum);
  // History adds up whole numbers alone; anything else is no small amount.
  return typeof amount === 'number' && Number.isSafeInteger(amount) && amount >= 0 ? before + amount > maximum : true;
}

function assess(factors: readonly Factor[], state: State): { risk: Score; abuse: Score } {
  if (factors.length === 0) return { risk: NO_SCORE, abuse: NO_SCORE };
  const parts = factors
    .filter((factor) => applies(factor, state))
    .map((factor) => ({ name: factor.name, score: factor.score(state), abuse: factor.abuse }))
    .filter(({ score }) => score > 0);
  return { risk: addUp(parts), abuse: addUp(parts.filter(({ abuse }) => abuse)) };
}

const addUp = (parts: readonly { name: string; score: number }[]): Score => ({
  score: Math.min(
    SCORE_MAX,
    parts.reduce((sum, { score }) => sum + score, 0),
  ),
  parts: parts.map(({ name, score }) => ({ name, score })),
});
