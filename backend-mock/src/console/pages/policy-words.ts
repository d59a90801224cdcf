import type { PackSource, PolicySource } from '@narrow-deputies/policy';

export type RuleSource = PolicySource['rules'][number];
export type LimitSource = NonNullable<PolicySource['limits']>[number];
export type FactorSource = PackSource['factors'][number];

/** One thing that a rule says, as a person would: what it is about, and what. */
export type Line = readonly [label: string, words: string];

const ASKED = { owner: 'ask the owner', reviewer: 'ask a reviewer', two_reviewers: 'ask two reviewers' } as const;

/** @param role that each reviewer has to hold. */
export function effectWords(effect: string, approval?: string, role?: string): string {
  if (effect !== 'require_approval') return effect;
  const asked = ASKED[approval as keyof typeof ASKED] ?? 'ask a person';
  return role === undefined ? asked : `${asked} with the role ${role}`;
}

type Conditions = RuleSource['when'];
type Hours = NonNullable<Conditions['hours']>;
type Constraint = NonNullable<Conditions['arguments']>[number];

const list =
  (label: string) =>
  (items: readonly string[]): Line[] => [[label, items.join(', ')]];

const hoursWords = ({ days, from, to, time_zone: zone }: Hours): string =>
  [days?.join(', '), `${from} to ${to}`, zone && `in ${zone}`].filter(Boolean).join(' ');

function constraintWords({ minimum, maximum, enum: values, prefix, min_length: least, max_length: most }: Constraint) {
  const said = [
    minimum !== undefined && `at least ${minimum}`,
    maximum !== undefined && `at most ${maximum}`,
    values && (values.length === 1 ? `is ${values[0]}` : `one of ${values.join(', ')}`),
    prefix !== undefined && `begins with ${prefix}`,
    least !== undefined && `at least ${least} long`,
    most !== undefined && `at most ${most} long`,
  ];
  return said.filter((words) => typeof words === 'string').join(', ');
}

/** How each condition is said. A field that the language has and this has not does not compile. */
const SAID: { readonly [Field in keyof Conditions]-?: (value: NonNullable<Conditions[Field]>) => Line[] } = {
  tools: list('tools'),
  kinds: list('kinds'),
  actions: list('actions'),
  contexts: list('contexts'),
  environments: list('environments'),
  agents: list('agents'),
  owners: list('owners'),
  owner_roles: list('roles of the owner'),
  ships: (ships) => [['reaches the public or a customer', ships ? 'yes' : 'no']],
  task: (task) => [['task', task === 'bound' ? 'one covers it' : 'none covers it']],
  arguments: (constraints) => constraints.map((each): Line => [each.pointer, constraintWords(each)]),
  hours: (hours) => [['hours', hoursWords(hours)]],
  outside_hours: (hours) => [['outside the hours', hoursWords(hours)]],
  recent: ({ tools, within, at_least: times }) => [
    [
      'shortly before',
      `${tools?.join(', ') ?? 'text from outside'}${times === undefined ? '' : `, at least ${times} times`}, within ${within}`,
    ],
  ],
  first_time_in: (span) => [['for the first time in', span]],
  content_flags: ({ minimum }) => [['suspicious places in its texts', `at least ${minimum}`]],
  risk: ({ minimum }) => [['risk', `at least ${minimum}`]],
  cumulative_risk: ({ minimum, within }) => [['risk, added up', `at least ${minimum} within ${within}`]],
};

/** What has to hold, each thing a line. */
export const conditionLines = (when: Conditions | FactorSource['when'] = {}): Line[] =>
  Object.entries(when).flatMap(([field, value]) =>
    value === undefined ? [] : SAID[field as keyof Conditions](value as never),
  );

const whyLine = ({ why }: { readonly why?: string | undefined }): Line[] => (why === undefined ? [] : [['why', why]]);

export const ruleEffect = ({ effect, approval, reviewer_role: role }: RuleSource): string =>
  effectWords(effect, approval, role);

export const ruleLines = (rule: RuleSource): Line[] => [
  ['effect', ruleEffect(rule)],
  ...conditionLines(rule.when),
  ...whyLine(rule),
];

/** How much a limit lets pass. */
export function boundWords({ max_calls_per_run: perRun, per, window = '1h', maximum, sum }: LimitSource): string {
  if (perRun !== undefined) return `${perRun} calls in a run, and for an owner in ${window}`;
  const counted = sum === undefined ? `${maximum} calls` : `a sum of ${maximum} over ${sum}`;
  return `${counted} for each ${per} in ${window}`;
}

export const limitEffect = ({ exceeded, approval, reviewer_role: role }: LimitSource): string =>
  effectWords(exceeded, approval, role);

export const limitLines = (limit: LimitSource): Line[] => [
  ['at most', boundWords(limit)],
  ['beyond', limitEffect(limit)],
  ...conditionLines(limit.when),
  ...whyLine(limit),
];

/** One factor of a risk pack. */
export function factorLines(factor: FactorSource): Line[] {
  const { score, measure, sum, within, bands, abuse, when } = factor;
  const lines: (Line | false)[] = [
    score !== undefined && ['adds', String(score)],
    measure !== undefined && ['measures', [measure, sum, within && `within ${within}`].filter(Boolean).join(' ')],
    bands !== undefined && ['adds', bands.map((band) => `${band.score} from ${band.from}`).join(', ')],
    abuse === true && ['sign of abuse', 'yes'],
  ];
  return [...lines.filter((line) => line !== false), ...conditionLines(when), ...whyLine(factor)];
}

/** What a policy says beside its rules and limits. */
export const settingLines = ({ name, environment, time_zone: zone, risk }: PolicySource): Line[] => [
  ['name', name],
  ['environment', environment],
  ['time zone', zone],
  ['risk packs', risk?.packs.join(', ') ?? 'none'],
  ['abuse that suspends', risk?.suspend_at === undefined ? 'none' : `a score of ${risk.suspend_at}`],
];
