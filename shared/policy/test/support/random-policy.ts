import type { PackSource, PolicySource, ToolFacts } from '../../src/index.ts';
import { AGENTS, OWNERS, ROLES } from './random-call.ts';
import { chance, pick, present, some, times, type Random } from './random.ts';
import { TOOLS } from './tools.ts';

export type Rule = PolicySource['rules'][number];
export type Limit = NonNullable<PolicySource['limits']>[number];
export type Factor = PackSource['factors'][number];
export type When = Rule['when'];
type Constraint = NonNullable<When['arguments']>[number];
type Hours = NonNullable<When['hours']>;

/** A policy and its packs, by file name. */
export interface Written {
  readonly policy: PolicySource;
  readonly packs: Readonly<Record<string, PackSource>>;
}

const WINDOWS = ['90s', '10m', '1h', '1d', '7d'] as const;
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'] as const;
const FROM = ['00:00', '01:30', '02:00', '02:15', '02:30', '03:00', '08:00', '12:07', '18:00', '22:00'] as const;
const TO = ['24:00', '24:00', '24:00', '01:45', '02:00', '02:30', '03:00', '06:00', '12:10', '18:00', '22:30'] as const;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const PATTERNS = ['*', 'commit_*', '*_refund', 'get_*', 'commit_re*', '*_*_*', 'nothing', '*e*'] as const;
const NAMES = TOOLS.map(({ name }) => name) as [string, ...string[]];
const LEVELS = ['owner', 'reviewer', 'two_reviewers'] as const;

const numbers = (random: Random, from: readonly [number, ...number[]]): Partial<Constraint> => {
  const bounds = { minimum: pick(random, from), maximum: pick(random, from) };
  if (chance(random, 20)) return bounds;
  return chance(random, 50) ? { maximum: bounds.maximum } : { minimum: bounds.minimum };
};
const lengths = (random: Random, most: number): Partial<Constraint> =>
  chance(random, 50) ? { max_length: random.below(most) } : { min_length: random.below(most) };
const values =
  (texts: readonly [string, ...string[]], prefix: string) =>
  (random: Random): Partial<Constraint> => {
    if (chance(random, 10)) return { enum: [...texts, 5], prefix };
    return chance(random, 60) ? { enum: some(random, texts) } : { prefix };
  };

const AMOUNTS = [10, 50, 100, 500] as const;
const CONSTRAINTS: Readonly<Record<string, (random: Random) => Partial<Constraint>>> = {
  '/amount': (random) => (chance(random, 10) ? { enum: [50, 100, true] } : numbers(random, AMOUNTS)),
  '/currency': values(['EUR', 'CHF'], 'E'),
  '/order/total': (random) => numbers(random, AMOUNTS),
  '/order/id': values(['O7', 'O8'], 'O'),
  '/reason': (random) => lengths(random, 8),
  '/note': (random) => lengths(random, 8),
  '/query': (random) => lengths(random, 8),
  '/rows': (random) => numbers(random, [10, 50]),
  '/customerId': values(['C7', 'C8'], 'C'),
  '/ticketId': values(['T1', 'T2'], 'T'),
  '/a~1b~0c': values(['x', 'z'], 'y'),
  '/filename': (random) => (chance(random, 40) ? { ...lengths(random, 10), prefix: 'blog/' } : lengths(random, 12)),
  '/fields': (random) => lengths(random, 3),
  '/status': values(['open', 'solved'], 's'),
  '/tags': (random) => lengths(random, 4),
  '/tags/0': values(['vip', 'new'], 'l'),
};

function constraints(random: Random, tools: readonly ToolFacts[]): Constraint[] {
  // Of one tool, since a part concerns only the tools that have all of its arguments.
  const readable = Object.keys(pick(random, tools)?.readable ?? {});
  const top = (pointer: string): string => pointer.split('/')[1]?.replace('~1', '/').replace('~0', '~') ?? '';
  const pointers = Object.keys(CONSTRAINTS).filter((pointer) => readable.includes(top(pointer)));
  if (pointers.length === 0) return [];
  return some(random, pointers as [string, ...string[]]).map((pointer) => ({
    pointer,
    ...CONSTRAINTS[pointer]?.(random),
  }));
}

function hours(random: Random): Hours {
  return present({
    days: chance(random, 50) ? some(random, DAYS, 5) : undefined,
    from: pick(random, FROM),
    to: pick(random, TO),
    time_zone: chance(random, 60) ? pick(random, ZONES) : undefined,
  }) as Hours;
}

/** Which tools a part is about; most often a few, so that there is something to be said about arguments. */
function about(random: Random): { when: When; tools: readonly ToolFacts[] } {
  switch (random.below(8)) {
    case 0:
      return { when: {}, tools: TOOLS };
    case 1:
      return { when: { tools: [pick(random, PATTERNS)] }, tools: TOOLS };
    case 2:
      return { when: { kinds: some(random, ['read', 'plan', 'commit'] as const) }, tools: TOOLS };
    case 3:
      return { when: { contexts: some(random, ['blog', 'crm', 'tickets']) }, tools: TOOLS };
    case 4:
      return { when: { actions: some(random, ['refund', 'credit', 'publish', 'get_ticket'], 3) }, tools: TOOLS };
    case 5:
      return { when: { ships: chance(random, 50), kinds: ['commit'] }, tools: TOOLS };
    default: {
      const names = some(random, NAMES, 3);
      return { when: { tools: names }, tools: TOOLS.filter(({ name }) => names.includes(name)) };
    }
  }
}

const FIELDS: readonly ((random: Random, tools: readonly ToolFacts[]) => When)[] = [
  (random) => ({ agents: some(random, AGENTS) }),
  (random) => ({ owners: [pick(random, OWNERS)] }),
  (random) => ({ owner_roles: some(random, ROLES) }),
  (random) => ({ task: pick(random, ['bound', 'unbound']) }),
  (random) => ({ environments: some(random, ['staging', 'production', 'development']) }),
  (random) => ({ hours: hours(random) }),
  (random) => ({ outside_hours: hours(random) }),
  (random) => ({
    recent: present({
      ...(chance(random, 50) ? { tools: [pick(random, [...PATTERNS, ...NAMES])] } : { outside_text: true as const }),
      within: pick(random, WINDOWS),
      at_least: chance(random, 60) ? 1 + pick(random, [1, 2, 0]) : undefined,
    }) as NonNullable<When['recent']>,
  }),
  (random) => ({ first_time_in: pick(random, WINDOWS) }),
  (random) => ({ content_flags: { minimum: 1 + random.below(3) } }),
  ...times(4, () => (random: Random, tools: readonly ToolFacts[]) => {
    const list = constraints(random, tools);
    return list.length > 0 ? { arguments: list } : {};
  }),
];
const RISK_FIELDS: typeof FIELDS = [
  (random) => ({ risk: { minimum: pick(random, [5, 20, 50]) } }),
  (random) => ({ cumulative_risk: { minimum: pick(random, [20, 50, 100]), within: pick(random, WINDOWS) } }),
];

function when(random: Random, withRisk: boolean, most: number): When {
  const { when: named, tools } = about(random);
  const fields = withRisk ? [...FIELDS, ...RISK_FIELDS] : FIELDS;
  const made = times(random.below(most + 1), () => pick(random, fields)?.(random, tools) ?? {});
  return Object.assign({}, named, ...made) as When;
}

const approving = (random: Random): Pick<Rule, 'approval' | 'reviewer_role'> => {
  const approval = pick(random, LEVELS);
  return approval !== 'owner' && chance(random, 50) ? { approval, reviewer_role: pick(random, ROLES) } : { approval };
};

export function randomRule(random: Random, id: string, effect = pick(random, EFFECTS)): Rule {
  const most = effect === 'deny' ? 3 : 2;
  return {
    id,
    effect,
    ...(effect === 'require_approval' && approving(random)),
    when: when(random, true, most),
  };
}
const EFFECTS = ['allow', 'allow', 'allow', 'require_approval', 'require_approval', 'deny'] as const;

export function randomLimit(random: Random, id: string): Limit {
  const exceeded = chance(random, 50) ? 'deny' : 'require_approval';
  const head = { id, exceeded, ...(exceeded === 'require_approval' && approving(random)) } as const;
  const window = pick(random, WINDOWS);
  if (chance(random, 30)) {
    const most = random.below(5);
    const span = chance(random, 50) ? { window } : {};
    return { ...head, when: when(random, true, 1), max_calls_per_run: most, ...span };
  }
  const per = pick(random, ['owner', 'agent', 'client', 'tool'] as const);
  if (chance(random, 50)) return { ...head, when: when(random, true, 1), per, window, maximum: random.below(5) };
  const summed = pick(random, [
    { actions: ['refund', 'credit'] },
    { tools: ['*_refund'] },
    { tools: ['commit_credit'] },
  ]);
  const dynamic = Object.assign({}, ...times(random.below(2), () => pick(random, FIELDS)?.(random, []) ?? {})) as When;
  return {
    ...head,
    when: { ...dynamic, ...summed },
    per,
    window,
    sum: '/amount',
    maximum: pick(random, [0, 50, 100, 500, 1000]),
  };
}

const MEASURES = ['sum', 'records', 'calls', 'denials', 'repeats', 'sequence', 'content_flags'] as const;

function randomFactor(random: Random, id: string): Factor {
  const { risk: _, cumulative_risk: __, ...conditions } = when(random, false, 1);
  const abuse = chance(random, 30) ? ({ abuse: true } as const) : {};
  const head = { id, ...(chance(random, 70) && { when: conditions }), ...abuse };
  if (chance(random, 30)) return { ...head, score: pick(random, [0, 3, 10, 40]) };
  const measure = pick(random, MEASURES);
  const from = measure === 'sum' ? [10, 100, 500] : [random.below(2), 2, 4];
  return {
    ...head,
    measure,
    bands: from.map((each) => ({ from: each, score: pick(random, [0, 5, 15, 30, 60]) })),
    ...(measure === 'sum' && { sum: pick(random, ['/amount', '/amount', '/order/total']) }),
    ...(measure !== 'content_flags' && { within: pick(random, WINDOWS) }),
  };
}

export const randomPack = (random: Random, domain: string): PackSource => ({
  version: 1,
  domain,
  factors: times(1 + random.below(4), (at) => randomFactor(random, `${domain}-factor-${at}`)),
});

/** For each tool whose arguments can be read, one rule that rests on them alone. */
const onArguments = (random: Random): Rule[] =>
  TOOLS.filter(({ readable }) => Object.keys(readable).length > 0).map((tool) => {
    const effect = pick(random, ['allow', 'allow', 'require_approval'] as const);
    return {
      id: `args-${tool.name.replaceAll('_', '-')}`,
      effect,
      ...(effect === 'require_approval' && approving(random)),
      when: { tools: [tool.name], arguments: constraints(random, [tool]) },
    };
  });

/** Rules that give most often, others that take away, limits, and packs: every word of the language in some of them. */
export function randomPolicy(random: Random): Written {
  const base = chance(random, 30) ? onArguments(random) : pick(random, BASES);
  const packs = times(random.below(3), (at) => [`pack-${at}.yaml`, randomPack(random, `domain-${at}`)] as const);
  const files = packs.map(([file]) => file);
  const suspend = chance(random, 60) ? { suspend_at: pick(random, [15, 45, 80]) } : {};
  return {
    policy: {
      version: 1,
      name: 'random',
      environment: pick(random, ['production', 'staging']),
      time_zone: pick(random, ZONES),
      ...(files.length > 0 && { risk: { packs: files, ...suspend } }),
      rules: [...base, ...times(random.below(7), (at) => randomRule(random, `rule-${at}`))],
      ...(chance(random, 70) && { limits: times(1 + random.below(3), (at) => randomLimit(random, `limit-${at}`)) }),
    },
    packs: Object.fromEntries(packs),
  };
}

const ASK: Rule = { id: 'ask', effect: 'require_approval', approval: 'owner', when: { kinds: ['commit'] } };
const BASES: readonly [Rule[], ...Rule[][]] = [
  [],
  [{ id: 'all', effect: 'allow', when: {} }],
  [{ id: 'all', effect: 'allow', when: {} }],
  [{ id: 'reads', effect: 'allow', when: { kinds: ['read', 'plan'] } }, ASK],
];
