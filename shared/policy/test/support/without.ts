import type { Source } from './naive-policy.ts';
import type { Factor, Limit, Rule, When } from './random-policy.ts';

/** A policy that lacks one word of the language wherever it stood: where it then decides otherwise, the word decided. */
export interface Without {
  readonly word: string;
  of(source: Source): Source;
}

const omit = <T extends object>(from: T, ...names: string[]): T =>
  Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name))) as T;

const parts =
  (change: {
    rule?: (rule: Rule) => Rule[];
    limit?: (limit: Limit) => Limit[];
    factor?: (factor: Factor) => Factor[];
  }) =>
  ({ policy, packs, tools }: Source): Source => ({
    policy: {
      ...policy,
      rules: policy.rules.flatMap((rule) => change.rule?.(rule) ?? rule),
      limits: policy.limits?.flatMap((limit) => change.limit?.(limit) ?? limit),
    },
    packs: packs.map((pack) => ({ ...pack, factors: pack.factors.flatMap((each) => change.factor?.(each) ?? each) })),
    tools,
  });

const conditions = (change: (when: When) => When): Without['of'] =>
  parts({
    rule: (rule) => [{ ...rule, when: change(rule.when) }],
    limit: (limit) => [{ ...limit, when: change(limit.when) }],
    factor: (factor) => [factor.when ? { ...factor, when: change(factor.when) } : factor],
  });

const field = (word: string): Without => ({ word, of: conditions((when) => omit(when, word)) });
const inside = (of: 'hours' | 'outside_hours' | 'recent', word: string): Without => ({
  word: `${of}.${word}`,
  of: conditions((when) => (when[of] ? { ...when, [of]: omit(when[of], word) } : when)),
});
const recent = (word: 'tools' | 'outside_text'): Without => ({
  word: `recent.${word}`,
  of: conditions((when) => (when.recent?.[word] ? omit(when, 'recent') : when)),
});
const constraint = (word: string): Without => ({
  word: `arguments.${word}`,
  of: conditions(({ arguments: list, ...when }) =>
    list ? { ...when, arguments: list.map((each) => omit(each, word)) } : when,
  ),
});
const rules = (word: string, isIt: (rule: Rule) => boolean): Without => ({
  word: `rule: ${word}`,
  of: parts({ rule: (rule) => (isIt(rule) ? [] : [rule]) }),
});
const limits = (word: string, isIt: (limit: Limit) => boolean): Without => ({
  word: `limit: ${word}`,
  of: parts({ limit: (limit) => (isIt(limit) ? [] : [limit]) }),
});
const factors = (word: string, isIt: (factor: Factor) => boolean): Without => ({
  word: `factor: ${word}`,
  of: parts({ factor: (factor) => (isIt(factor) ? [] : [factor]) }),
});

const PER = ['owner', 'agent', 'client', 'tool'] as const;
const MEASURES = ['sum', 'records', 'calls', 'denials', 'repeats', 'sequence', 'content_flags'] as const;
const LEVELS = ['owner', 'reviewer', 'two_reviewers'] as const;

export const WITHOUT: readonly Without[] = [
  ...['tools', 'kinds', 'actions', 'contexts', 'environments', 'ships', 'agents', 'owners', 'owner_roles'].map(field),
  ...['task', 'hours', 'outside_hours', 'first_time_in', 'content_flags', 'risk', 'cumulative_risk'].map(field),
  ...['arguments', 'recent'].map(field),
  ...['minimum', 'maximum', 'enum', 'prefix', 'min_length', 'max_length'].map(constraint),
  inside('hours', 'days'),
  inside('hours', 'time_zone'),
  inside('outside_hours', 'days'),
  inside('recent', 'at_least'),
  recent('tools'),
  recent('outside_text'),
  rules('allow', ({ effect }) => effect === 'allow'),
  rules('deny', ({ effect }) => effect === 'deny'),
  ...LEVELS.map((level) => rules(level, ({ approval }) => approval === level)),
  ...LEVELS.map((level) => limits(level, ({ approval }) => approval === level)),
  {
    word: 'reviewer_role',
    of: parts({
      rule: (rule) => [omit(rule, 'reviewer_role')],
      limit: (limit) => [omit(limit, 'reviewer_role')],
    }),
  },
  ...PER.map((per) => limits(`calls per ${per}`, (limit) => limit.per === per && limit.sum === undefined)),
  ...PER.map((per) => limits(`sum per ${per}`, (limit) => limit.per === per && limit.sum !== undefined)),
  limits('max_calls_per_run', (limit) => limit.max_calls_per_run !== undefined),
  limits('exceeded: deny', ({ exceeded }) => exceeded === 'deny'),
  limits('exceeded: require_approval', ({ exceeded }) => exceeded === 'require_approval'),
  ...MEASURES.map((measure) => factors(measure, (factor) => factor.measure === measure)),
  factors('score', ({ measure }) => measure === undefined),
  { word: 'abuse', of: parts({ factor: (factor) => [omit(factor, 'abuse')] }) },
  { word: 'suspend_at', of: (source) => ({ ...source, policy: omit(source.policy, 'risk') }) },
  {
    word: 'leastApproval',
    of: (source) => ({ ...source, tools: source.tools.map((tool) => ({ ...tool, leastApproval: 'none' })) }),
  },
];
