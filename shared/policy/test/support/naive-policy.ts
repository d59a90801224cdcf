import type * as language from '../../src/index.ts';

type When = language.PolicySource['rules'][number]['when'];
type Limit = NonNullable<language.PolicySource['limits']>[number];
type Factor = language.PackSource['factors'][number];
type Past = readonly language.PolicyEvent[];
type Which = (event: Past[number]) => boolean;
type Voice = Pick<Limit, 'id' | 'approval' | 'reviewer_role'> & { effect: language.Effect };
/** Undefined where an argument is of a type of which nothing can be said. */
type Held = boolean | undefined;
/** A policy that was read, its packs, and the tools there are: all that decides. */
export type Source = { policy: language.PolicySource; packs: language.PackSource[]; tools: language.ToolFacts[] };
export type NaiveVerdict = Omit<language.PolicyVerdict, 'risk' | 'abuse'> & { risk: number; abuse: number };

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const EFFECTS = ['deny', 'require_approval', 'allow'] as const;
const APPROVALS = ['two_reviewers', 'reviewer', 'owner'] as const;
const clocks = new Map<string, Intl.DateTimeFormat>();
const ms = (span: string): number => Number(span.slice(0, -1)) * (SECONDS[span.at(-1) ?? ''] ?? 0) * 1000;
const every = (held: readonly Held[]): Held => !held.includes(false) && (!held.includes(undefined) || undefined);
const whole = (value: unknown): value is number => Number.isInteger(value);
const add = (all: readonly unknown[]): number => all.filter(whole).reduce((sum, one) => sum + Math.max(one, 0), 0);
const steps = (pointer: string): string[] => pointer.split('/').slice(1);
const plain = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~');
const child = (of: unknown, name: string): unknown => Object.entries(of ?? {}).find(([key]) => key === name)?.[1];
const walk = (from: unknown, pointer: string): unknown =>
  steps(pointer).reduce((at, step) => (typeof at === 'object' ? child(at, plain(step)) : undefined), from);
function fits(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  if (pattern.startsWith('*')) return fits(pattern.slice(1), name) || (name !== '' && fits(pattern, name.slice(1)));
  return pattern[0] === name[0] && fits(pattern.slice(1), name.slice(1));
}

function inHours({ days = [...WEEK], from, to }: NonNullable<When['hours']>, time: number, timeZone: string): boolean {
  const style = { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', style);
  clocks.set(timeZone, clock);
  const [name = '', now = ''] = clock.format(time).toLowerCase().split(/[, ]+/);
  const today = WEEK.findIndex((each) => each === name);
  const listed = (day: number): boolean => days.some((each) => each === WEEK[day % 7]);
  if (from <= to) return listed(today) && now >= from && now < to;
  return (listed(today) && now >= from) || (listed(today + 6) && now < to);
}

function constrained(when: NonNullable<When['arguments']>[number], value: unknown): Held {
  const { minimum, maximum, enum: values, prefix, min_length: least, max_length: most } = when;
  const items = typeof value === 'string' ? Array.from(value) : value;
  const length = Array.isArray(items) ? items.length : walk(value, '/length');
  const between = (it: unknown, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY): Held =>
    typeof it === 'number' ? it >= from && it <= to : undefined;
  return every([
    value !== undefined,
    (minimum === undefined && maximum === undefined) || between(value, minimum, maximum),
    values === undefined || (typeof value === 'object' ? undefined : values.some((each) => each === value)),
    prefix === undefined || (typeof value === 'string' ? value.startsWith(prefix) : undefined),
    (least === undefined && most === undefined) || between(length, least, most),
  ]);
}

/** Decides by the meaning of the words alone, slowly; shares no code with the engine. Rules and roles come sorted. */
export function decideNaively({ policy, packs, tools }: Source, call: language.PolicyCall, past: Past): NaiveVerdict {
  const before = (span: string, which: Which): Past =>
    past.filter((e) => e.time > call.time - ms(span) && e.time <= call.time && which(e));
  const caller: Which = (e) => e.client === call.client && e.owner === call.owner;
  const own = (span: string, which: Which): Past =>
    before(span, (e) => e.owner === call.owner && e.outcome === 'served' && which(e));
  const named = (patterns: readonly string[], name: string): boolean => patterns.some((each) => fits(each, name));
  const concerns = (when: When, { name, kind, action, context, ships, readable }: language.ToolFacts): boolean =>
    (when.tools === undefined || named(when.tools, name)) &&
    (when.kinds?.includes(kind) ?? true) &&
    (when.actions?.includes(action) ?? true) &&
    (when.contexts?.includes(context) ?? true) &&
    (when.environments?.includes(policy.environment) ?? true) &&
    (when.ships ?? ships) === ships &&
    (when.arguments ?? []).every(({ pointer }) => child(readable, plain(steps(pointer)[0] ?? '')) !== undefined);
  const tool = tools.find(({ name }) => name === call.tool);
  const nobody = { effect: 'deny', approval: 'none', reviewerRoles: [], risk: 0, abuse: 0, suspend: false } as const;
  if (!tool) return { ...nobody, rules: ['no-rule'] };
  const alike = (when: When, name: string): boolean =>
    tools.some((each) => each.name === name && each.kind === tool.kind && concerns(when, each));
  const holds = (when: When, score: number): Held => {
    const { hours, outside_hours: not, recent, first_time_in: first, cumulative_risk: risk } = when;
    const done: Which = (e) => (recent?.tools ? named(recent.tools, e.tool) : e.outside);
    const now = (its: typeof hours): boolean => !its || inHours(its, call.time, its.time_zone ?? policy.time_zone);
    return every([
      concerns(when, tool),
      when.agents?.includes(call.agent) ?? true,
      when.owners?.includes(call.owner) ?? true,
      when.owner_roles?.some((role) => call.ownerRoles.includes(role)) ?? true,
      when.task === undefined || when.task === (call.task ? 'bound' : 'unbound'),
      ...(when.arguments ?? []).map((each) => constrained(each, walk(call.arguments, each.pointer))),
      now(hours) && (!not || !now(not)),
      !recent || own(recent.within, done).length >= (recent.at_least ?? 1),
      !first || own(first, (e) => e.tool === call.tool).length === 0,
      call.contentFlags >= (when.content_flags?.minimum ?? 0),
      score >= (when.risk?.minimum ?? 0),
      !risk || score + add(own(risk.within, () => true).map((e) => e.risk)) >= risk.minimum,
    ]);
  };
  const weigh = ({ when = {}, measure, sum = '', within = '1d', score = 0, bands = [] }: Factor): number => {
    if (measure === 'sum' && child(tool.readable, plain(steps(sum)[0] ?? '')) !== 'value') return 0;
    if ((measure === 'sequence' && tool.record === null) || holds(when, 0) === false) return 0;
    if (measure === undefined) return score;
    const mine = own(within, (e) => alike(when, e.tool));
    const these = before(within, (e) => e.owner === call.owner && e.tool === call.tool);
    const ids = these.map((e) => walk(e.arguments, tool.record ?? ''));
    const asked = ids.flatMap((id) => /\d{1,9}$/.exec(typeof id === 'string' ? id : '')?.map(Number) ?? []).slice(-64);
    const amount = walk(call.arguments, sum);
    const number = {
      sum: add(mine.map((e) => walk(e.arguments, sum))) + (typeof amount === 'number' ? amount : 0),
      records: add(mine.map((e) => e.records)),
      calls: mine.length,
      denials: before(within, (e) => caller(e) && e.outcome === 'denied').length,
      repeats: these.filter((e) => e.sameness === call.sameness).length,
      sequence: new Set(asked.filter((each) => asked.includes(each - 1))).size,
      content_flags: call.contentFlags,
    }[measure];
    return bands.findLast(({ from }) => number >= from)?.score ?? 0;
  };
  const total = (of: readonly Factor[]): number => Math.min(100, add(of.map(weigh)));
  const risk = total(packs.flatMap((pack) => pack.factors));
  const abuse = total(packs.flatMap((pack) => pack.factors.filter((factor) => factor.abuse)));
  const suspend = abuse >= (policy.risk?.suspend_at ?? Number.POSITIVE_INFINITY);
  const exceeded = (limit: Limit): boolean => {
    const { when, per = 'owner', window = '1h', maximum, sum, max_calls_per_run: most = 0 } = limit;
    const served = (span: string, which: Which): Past =>
      before(span, (e) => e.outcome === 'served' && alike(when, e.tool) && which(e));
    const together = served(window, (e) => e[per] === call[per] && (per !== 'client' || caller(e)));
    const run = served('31d', (e) => e.run !== null && e.run === call.run && caller(e));
    if (maximum === undefined) return run.length + 1 > most || together.length + 1 > most;
    if (sum === undefined) return together.length + 1 > maximum;
    const amount = walk(call.arguments, sum);
    return !whole(amount) || amount < 0 || add(together.map((e) => walk(e.arguments, sum))) + amount > maximum;
  };
  const matching = policy.rules.filter(({ when, effect }) => holds(when, risk) ?? effect !== 'allow');
  const limits = policy.limits?.filter((each) => holds(each.when, risk) !== false && exceeded(each)) ?? [];
  const voices: Voice[] = [...matching, ...limits.map((each) => ({ ...each, effect: each.exceeded }))];
  if (tool.leastApproval !== 'none' && tool.kind === 'commit')
    voices.push({ id: 'law', effect: 'require_approval', approval: tool.leastApproval });
  if (matching.length === 0) voices.length = 0;
  if (suspend) voices.push({ id: 'abuse', effect: 'deny' });
  const effectOf = ({ effect: its }: Voice) => (its === 'require_approval' && tool.kind !== 'commit' ? 'deny' : its);
  const effect = EFFECTS.find((each) => voices.some((voice) => effectOf(voice) === each)) ?? 'deny';
  const deciding = voices.filter((voice) => effectOf(voice) === effect);
  const rules = deciding.length > 0 ? deciding.map(({ id }) => id).toSorted() : ['no-rule'];
  const asked = effect === 'require_approval' ? deciding : [];
  const approval = APPROVALS.find((level) => asked.some((voice) => voice.approval === level)) ?? 'none';
  const roles = new Set(asked.flatMap((one) => (one.approval === 'owner' ? [] : (one.reviewer_role ?? 'reviewer'))));
  return { effect, approval, reviewerRoles: [...roles].toSorted(), rules, risk, abuse, suspend };
}
