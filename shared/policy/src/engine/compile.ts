import { durationMs } from '../language/duration.ts';
import { readYaml, type Fault, type Places, type Read } from '../language/read-yaml.ts';
import {
  packSchema,
  policySchema,
  type LimitSource,
  type PackSource,
  type PolicySource,
  type RuleSource,
} from '../language/policy-schema.ts';
import { reaches, type Catalogue, type Effect, type ToolFacts } from './catalogue.ts';
import { compileFactor } from './compile-factors.ts';
import { compileConditions, concerns, Unreadable, type Compiling } from './conditions.ts';
import { pointerTokens } from './json.ts';
import { DAYS, Zone } from './local-time.ts';
import { createMeasure, type Measure } from './measure.ts';
import type { Bound, Compiled, Limit, Program, Rule, Verdictive } from './program.ts';

/** A policy as it is written, and the risk packs that it names, by file name: all that decides. */
export interface PolicyText {
  /** Name of the file, for faults. */
  readonly file: string;
  readonly policy: string;
  readonly packs: Readonly<Record<string, string>>;
}

/** A policy as it was read; what checks look at. */
export interface PolicyRead {
  readonly source: PolicySource;
  readonly places: Places;
  readonly packs: readonly { readonly file: string; readonly source: PackSource; readonly places: Places }[];
}

type FileFault = Fault & { readonly file: string };

/** Reads a policy and its packs, before anything is known of tools. */
export function readPolicy(
  text: PolicyText,
): { ok: true; read: PolicyRead } | { ok: false; faults: readonly FileFault[] } {
  const policy: Read<PolicySource> = readYaml(text.policy, policySchema);
  if (!policy.ok) return { ok: false, faults: policy.faults.map((fault) => ({ ...fault, file: text.file })) };
  const faults: FileFault[] = [];
  const packs: PolicyRead['packs'][number][] = [];
  for (const [at, file] of (policy.value.risk?.packs ?? []).entries()) {
    const pack = text.packs[file];
    if (pack === undefined) {
      const place = policy.places.at(['risk', 'packs', at]);
      faults.push({ ...place, file: text.file, message: `There is no file ${file} beside the policy.` });
      continue;
    }
    const read = readYaml(pack, packSchema);
    if (read.ok) packs.push({ file, source: read.value, places: read.places });
    else faults.push(...read.faults.map((fault) => ({ ...fault, file })));
  }
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, read: { source: policy.value, places: policy.places, packs } };
}

/** Reads a policy and makes it ready to decide about the tools of a catalogue. */
export function compilePolicy(text: PolicyText, catalogue: Catalogue): Compiled {
  const outcome = readPolicy(text);
  if (!outcome.ok) return outcome;
  const { read } = outcome;
  const { source } = read;
  const zones = new Map<string, Zone>();
  const zone = (name = source.time_zone): Zone => {
    const known = zones.get(name) ?? new Zone(name);
    zones.set(name, known);
    return known;
  };
  const faults = new Map<string, FileFault>();
  const programs = new Map<string, Program>();
  const attempt = <T>(file: string, place: () => Omit<Fault, 'message'>, compile: () => T): T | undefined => {
    try {
      return compile();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      const fault = { ...place(), file, message: error.message };
      faults.set(`${file}:${fault.line}:${fault.column}`, fault);
      return undefined;
    }
  };
  for (const tool of catalogue.values()) {
    const measures: Measure[] = [];
    const compiling: Compiling = {
      tool,
      catalogue,
      environment: source.environment,
      zone,
      measure: (measure) => register(measures, measure),
    };
    const rules = source.rules.flatMap(
      (rule, at) =>
        attempt(
          text.file,
          () => read.places.at(['rules', at]),
          () => compileRule(rule, compiling),
        ) ?? [],
    );
    const limits = (source.limits ?? []).flatMap(
      (limit, at) =>
        attempt(
          text.file,
          () => read.places.at(['limits', at]),
          () => compileLimit(limit, compiling),
        ) ?? [],
    );
    const factors = read.packs.flatMap((pack) =>
      pack.source.factors.flatMap(
        (factor, at) =>
          attempt(
            pack.file,
            () => pack.places.at(['factors', at]),
            () => compileFactor(pack.source, factor, compiling),
          ) ?? [],
      ),
    );
    programs.set(tool.name, { tool, rules, limits, factors, measures });
  }
  if (faults.size > 0) return { ok: false, faults: [...faults.values()] };
  const { name, environment, time_zone: timeZone, risk } = source;
  return {
    ok: true,
    policy: {
      name,
      environment,
      timeZone,
      suspendAt: risk?.suspend_at ?? null,
      catalogue,
      programs,
      whys: whysOf(read),
      localTime(time) {
        const { day, minute } = zone().at(time);
        return { day: DAYS[day] ?? '', minute };
      },
    },
  };
}

function whysOf({ source, packs }: PolicyRead): Map<string, string> {
  const said = [...source.rules, ...(source.limits ?? [])].map(({ id, why }) => ({ id, why }));
  const factors = packs.flatMap(({ source: pack }) =>
    pack.factors.map(({ id, why }) => ({ id: `${pack.domain}/${id}`, why })),
  );
  return new Map([...said, ...factors].flatMap(({ id, why }) => (why === undefined ? [] : [[id, why]])));
}

function register(measures: Measure[], measure: Measure): number {
  const known = measures.findIndex(({ key }) => key === measure.key);
  return known >= 0 ? known : measures.push(measure) - 1;
}

/** Only a plan can wait for a person: what asks for approval of anything else denies it. */
const possible = (effect: Effect, tool: ToolFacts): Effect =>
  effect === 'require_approval' && tool.kind !== 'commit' ? 'deny' : effect;

function verdictive(source: RuleSource | LimitSource, effect: Effect, tool: ToolFacts): Verdictive {
  const { id, approval = 'none', reviewer_role: role } = source;
  const reviewed = approval === 'reviewer' || approval === 'two_reviewers';
  return { id, effect: possible(effect, tool), approval, reviewerRole: reviewed ? (role ?? 'reviewer') : null };
}

function compileRule(rule: RuleSource, compiling: Compiling): Rule | undefined {
  if (!concerns(rule.when, compiling)) return undefined;
  return { ...verdictive(rule, rule.effect, compiling.tool), tests: compileConditions(rule.when, compiling) };
}

function compileLimit(limit: LimitSource, compiling: Compiling): Limit | undefined {
  if (!concerns(limit.when, compiling)) return undefined;
  const tests = compileConditions(limit.when, compiling);
  return { ...verdictive(limit, limit.exceeded, compiling.tool), tests, bounds: compileBounds(limit, compiling) };
}

/** A run's calls are looked for as far back as any policy looks. */
const RUN_WINDOW = durationMs('31d');

function compileBounds(limit: LimitSource, compiling: Compiling): Bound[] {
  const { tool, catalogue } = compiling;
  const tools = [...catalogue.values()]
    .filter((other) => other.kind === tool.kind && concerns(limit.when, { ...compiling, tool: other }))
    .map(({ name }) => name)
    .toSorted();
  const { per, window: span = '1h', maximum = 0, sum, max_calls_per_run: perRun } = limit;
  const window = durationMs(span);
  const bound = (measure: Measure, most: number, tokens: readonly string[] | null = null): Bound => ({
    at: compiling.measure(measure),
    window: measure.window,
    maximum: most,
    sum: tokens,
  });
  if (perRun !== undefined) {
    return [
      bound(createMeasure('calls', 'run', tools, RUN_WINDOW), perRun),
      bound(createMeasure('calls', 'owner', tools, window), perRun),
    ];
  }
  if (sum === undefined) return [bound(createMeasure('calls', per ?? 'owner', tools, window), maximum)];
  const tokens = pointerTokens(sum);
  if (tool.readable[tokens[0] ?? ''] !== 'value' || !reaches(tool, tokens)) {
    throw new Unreadable(`${tool.name} has no readable argument ${sum} to add up.`);
  }
  return [bound(createMeasure('sum', per ?? 'owner', tools, window, sum), maximum, pointerTokens(sum))];
}
