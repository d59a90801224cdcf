import type * as language from '../../src/index.ts';

type When = language.PolicySource['rules'][number]['when'];
type Limit = NonNullable<language.PolicySource['limits']>[number];
type Factor = language.PackSource['factors'][number];
type Event = language.PolicyEvent;
type Which = (event: Event) => boolean;
type Level = language.ApprovalLevel;
type Voice = { id: string; effect: language.Effect; approval?: Level | undefined; reviewer_role?: string | undefined };
/** Undefined where an argument is of a type of which nothing can be said. */
type Held = boolean | undefined;

/** Of a policy that was read, its packs, and the tools there are: all that decides. */
export type Source = { policy: language.PolicySource; packs: language.PackSource[]; tools: language.ToolFacts[] };
type Compared = 'effect' | 'approval' | 'reviewerRoles' | 'rules' | 'suspend';
/** Rules and roles are sorted. */
export type NaiveVerdict = Pick<language.PolicyVerdict, Compared> & { readonly risk: number; readonly abuse: number };

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const LEVELS: readonly Level[] = ['none', 'owner', 'reviewer', 'two_reviewers'];
const EFFECTS = ['deny', 'require_approval', 'allow'] as const;
const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const clocks = new Map<string, Intl.DateTimeFormat>();

const ms = (span: string): number => Number(span.slice(0, -1)) * (SECONDS[span.at(-1) ?? ''] ?? 0) * 1000;
const every = (held: readonly Held[]): Held =>
  held.includes(false) ? false : held.includes(undefined) ? undefined : true;
const add = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
const unique = (texts: readonly string[]): string[] => [...new Set(texts)].toSorted();

function walk(from: unknown, pointer: string): unknown {
  let at = from;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    at = typeof at === 'object' ? Object.entries(at ?? {}).find(([name]) => name === key)?.[1] : undefined;
  }
  return at;
}

function fits(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  if (pattern.startsWith('*')) return fits(pattern.slice(1), name) || (name !== '' && fits(pattern, name.slice(1)));
  return pattern[0] === name[0] && fits(pattern.slice(1), name.slice(1));
}

function inHours({ days = [...WEEK], from, to }: NonNullable<When['hours']>, time: number, timeZone: string): boolean {
  const style = { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', style);
  clocks.set(timeZone, clock);
  const [text, now] = [clock.format(time).toLowerCase(), clock.format(time).slice(-5)];
  const today = WEEK.findIndex((day) => text.startsWith(day));
  const listed = (day: number): boolean => days.some((each) => each === WEEK[day % 7]);
  if (from <= to) return listed(today) && now >= from && now < to;
  return (listed(today) && now >= from) || (listed(today + 6) && now < to);
}

const lengthOf = (value: unknown): unknown =>
  typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length : walk(value, '/length');

function constrained(when: NonNullable<When['arguments']>[number], value: unknown): Held {
  if (value === undefined) return false;
  const length = lengthOf(value);
  const of = <T>(bound: T | undefined, fit: boolean, holds: () => boolean): Held =>
    bound === undefined || (fit ? holds() : undefined);
  return every([
    of(when.minimum, typeof value === 'number', () => Number(value) >= Number(when.minimum)),
    of(when.maximum, typeof value === 'number', () => Number(value) <= Number(when.maximum)),
    of(when.enum, typeof value !== 'object', () => when.enum?.some((each) => each === value) === true),
    of(when.prefix, typeof value === 'string', () => String(value).startsWith(String(when.prefix))),
    of(when.min_length, typeof length === 'number', () => Number(length) >= Number(when.min_length)),
    of(when.max_length, typeof length === 'number', () => Number(length) <= Number(when.max_length)),
  ]);
}

/** Decides by the meaning of the language, word by word, without a thought for speed. It shares no code with the engine. */
export function decideNaively(source: Source, call: language.PolicyCall, past: readonly Event[]): NaiveVerdict {
  const { policy, packs, tools } = source;
  const before = (span: string, which: Which): Event[] =>
    past.filter((e) => e.time > call.time - ms(span) && e.time <= call.time && which(e));
  const mine: Which = (event) => event.owner === call.owner;
  const served: Which = (event) => event.outcome === 'served';
  const named = (patterns: readonly string[], name: string): boolean => patterns.some((each) => fits(each, name));
  const concerns = (when: When, { name, kind, action, context, ships, readable }: language.ToolFacts): boolean =>
    (when.tools === undefined || named(when.tools, name)) &&
    (when.kinds?.includes(kind) ?? true) &&
    (when.actions?.includes(action) ?? true) &&
    (when.contexts?.includes(context) ?? true) &&
    (when.environments?.includes(policy.environment) ?? true) &&
    (when.ships ?? ships) === ships &&
    (when.arguments ?? []).every(({ pointer }) => walk(readable, `/${pointer.split('/')[1] ?? ''}`) !== undefined);
  const called = tools.find(({ name }) => name === call.tool);
  const denied = { effect: 'deny', approval: 'none', rules: ['no-rule'], reviewerRoles: [] } as const;
  if (!called) return { ...denied, risk: 0, abuse: 0, suspend: false };
  const alike = (when: When, name: string): boolean =>
    tools.some((tool) => tool.name === name && tool.kind === called.kind && concerns(when, tool));

  const holds = (when: When, score: number): Held => {
    const { hours, outside_hours: not, recent, first_time_in: first, cumulative_risk: risk } = when;
    const done: Which = ({ tool, outside }) => (recent?.tools ? named(recent.tools, tool) : outside);
    const clock = (its: When['hours']): boolean =>
      its !== undefined && inHours(its, call.time, its.time_zone ?? policy.time_zone);
    return every([
      concerns(when, called),
      when.agents?.includes(call.agent) ?? true,
      when.owners?.includes(call.owner) ?? true,
      when.owner_roles?.some((role) => call.ownerRoles.includes(role)) ?? true,
      when.task === undefined || when.task === (call.task ? 'bound' : 'unbound'),
      ...(when.arguments ?? []).map((each) => constrained(each, walk(call.arguments, each.pointer))),
      hours === undefined || clock(hours),
      not === undefined || !clock(not),
      !recent || before(recent.within, (e) => mine(e) && served(e) && done(e)).length >= (recent.at_least ?? 1),
      !first || before(first, (e) => mine(e) && served(e) && e.tool === call.tool).length === 0,
      call.contentFlags >= (when.content_flags?.minimum ?? 0),
      score >= (when.risk?.minimum ?? 0),
      !risk || score + add(before(risk.within, (e) => mine(e) && served(e)).map((e) => e.risk)) >= risk.minimum,
    ]);
  };

  const amount = (of: { readonly arguments: unknown }, pointer = ''): number => {
    const value = walk(of.arguments, pointer);
    return typeof value === 'number' && Number.isInteger(value) ? value : 0;
  };
  const measured = ({ measure, sum, within = '1d', when = {} }: Factor): number => {
    const own = before(within, (e) => mine(e) && served(e) && alike(when, e.tool));
    const these = before(within, (e) => mine(e) && e.tool === call.tool);
    const records = these.map((e) => /\d{1,9}$/.exec(String(walk(e.arguments, called.record ?? '')))?.[0]);
    const asked = records.flatMap((digits) => (digits === undefined ? [] : Number(digits))).slice(-64);
    const value = walk(call.arguments, sum ?? '');
    if (measure === 'sum') return add(own.map((e) => amount(e, sum))) + (typeof value === 'number' ? value : 0);
    if (measure === 'records') return add(own.map(({ records }) => records));
    if (measure === 'denials') return before(within, (e) => e.client === call.client && e.outcome === 'denied').length;
    if (measure === 'repeats') return these.filter(({ sameness }) => sameness === call.sameness).length;
    if (measure === 'sequence') return new Set(asked.filter((number) => asked.includes(number - 1))).size;
    return measure === 'calls' ? own.length : call.contentFlags;
  };
  const weigh = (factor: Factor): number => {
    const { when = {}, measure, sum = '', score = 0, bands = [] } = factor;
    if (measure === 'sum' && walk(called.readable, `/${sum.split('/')[1]}`) !== 'value') return 0;
    if ((measure === 'sequence' && called.record === null) || holds(when, 0) === false) return 0;
    return measure === undefined ? score : (bands.findLast(({ from }) => measured(factor) >= from)?.score ?? 0);
  };
  const factors = packs.flatMap((pack) => pack.factors);
  const risk = Math.min(100, add(factors.map(weigh)));
  const abuse = Math.min(100, add(factors.filter((factor) => factor.abuse).map(weigh)));
  const suspend = abuse >= (policy.risk?.suspend_at ?? Number.POSITIVE_INFINITY);

  const exceeded = ({ when, per, window = '1h', maximum = 0, sum, max_calls_per_run: run }: Limit): boolean => {
    const counted = (span: string, which: Which) => before(span, (e) => served(e) && alike(when, e.tool) && which(e));
    const sameRun: Which = (e) => call.run !== null && e.run === call.run && e.client === call.client;
    if (run !== undefined) return Math.max(counted('31d', sameRun).length, counted(window, mine).length) + 1 > run;
    const together = counted(window, (e) => e[per ?? 'owner'] === call[per ?? 'owner']);
    if (sum === undefined) return together.length + 1 > maximum;
    const own = walk(call.arguments, sum);
    const unclear = typeof own !== 'number' || !Number.isInteger(own) || own < 0;
    return unclear || add(together.map((e) => amount(e, sum))) + own > maximum;
  };
  const rules = policy.rules.filter(({ when, effect }) => holds(when, risk) ?? effect !== 'allow');
  const voices: Voice[] = [...rules];
  if (rules.length > 0) {
    const limits = (policy.limits ?? []).filter((each) => holds(each.when, risk) !== false && exceeded(each));
    voices.push(...limits.map((each) => ({ ...each, effect: each.exceeded })));
    const floor = called.kind === 'commit' ? called.leastApproval : 'none';
    if (floor !== 'none') voices.push({ id: 'law', effect: 'require_approval', approval: floor });
  }
  if (suspend) voices.push({ id: 'abuse', effect: 'deny' });
  const effectOf = ({ effect: its }: Voice) => (its === 'require_approval' && called.kind !== 'commit' ? 'deny' : its);
  const effect = EFFECTS.find((each) => voices.some((voice) => effectOf(voice) === each));
  const deciding = voices.filter((voice) => effectOf(voice) === effect);
  const asked = effect === 'require_approval' ? deciding : [];
  const reviewed = asked.filter(({ approval }) => approval === 'reviewer' || approval === 'two_reviewers');
  return {
    effect: effect ?? 'deny',
    approval: LEVELS.findLast((level) => asked.some(({ approval }) => approval === level)) ?? 'none',
    reviewerRoles: unique(reviewed.map(({ reviewer_role: role = 'reviewer' }) => role)),
    rules: effect === undefined ? ['no-rule'] : deciding.map(({ id }) => id).toSorted(),
    risk,
    abuse,
    suspend,
  };
}
