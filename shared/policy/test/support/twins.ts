import {
  decide,
  historyOf,
  type CompiledPolicy,
  type Measure,
  type PolicyEvent,
  type PolicyVerdict,
} from '../../src/index.ts';
import type { State, Verdict } from '../../src/engine/conditions.ts';
import { matches, stateOf } from '../../src/engine/decide.ts';
import type { Program } from '../../src/engine/program.ts';
import type { When, Written } from './random-policy.ts';
import { decided, ready, type Ready, type Situation } from './triples.ts';

/** An evaluator with one fault, as somebody could have written it. */
export interface Twin {
  readonly fault: string;
  decide(policy: Ready, situation: Situation): PolicyVerdict;
}

const withProgram = ({ compiled }: Ready, tool: string, change: (program: Program) => Program): CompiledPolicy => {
  const program = compiled.programs.get(tool);
  return program ? { ...compiled, programs: new Map([[tool, change(program)]]) } : compiled;
};

/** A fault in how the program of the called tool is used. */
const inProgram = (fault: string, change: (program: Program, situation: Situation) => Program): Twin => ({
  fault,
  decide(policy, situation) {
    const { call, past } = situation;
    const changed = withProgram(policy, call.tool, (program) => change(program, situation));
    return decide(changed, call, historyOf(past, call));
  },
});

/** A fault in how the past is read. */
const inPast = (
  fault: string,
  change: (event: PolicyEvent, situation: Situation) => PolicyEvent | [],
  measure: (measure: Measure, situation: Situation) => Measure = (as) => as,
): Twin => ({
  fault,
  decide({ compiled }, situation) {
    const { call, past } = situation;
    const read = historyOf(
      past.flatMap((event) => change(event, situation)),
      call,
    );
    return decide(compiled, call, (each) => read(measure(each, situation)));
  },
});

/** A fault in how a file is understood. Each policy is written anew only once. */
function inText(fault: string, change: (written: Written) => Written): Twin {
  const known = new WeakMap<Ready, Ready>();
  return {
    fault,
    decide(policy, situation) {
      const changed = known.get(policy) ?? ready(change(policy.written));
      known.set(policy, changed);
      return decided(changed, situation);
    },
  };
}

const hours = (fault: string, change: (hours: NonNullable<When['hours']>) => When['hours']): Twin =>
  inText(fault, (written) => {
    const changed = ({ hours: inside, outside_hours: outside, ...when }: When): When => ({
      ...when,
      ...(inside && { hours: change(inside) }),
      ...(outside && { outside_hours: change(outside) }),
    });
    const all = <T extends { when?: When | undefined }>(parts: readonly T[]): T[] =>
      parts.map((part) => (part.when ? { ...part, when: changed(part.when) } : part));
    const { policy, packs } = written;
    const renewed = Object.entries(packs).map(([file, pack]) => [file, { ...pack, factors: all(pack.factors) }]);
    return {
      policy: { ...policy, rules: all(policy.rules), ...(policy.limits && { limits: all(policy.limits) }) },
      packs: Object.fromEntries(renewed) as Written['packs'],
    };
  });

const zone = (fault: string, from: string, to: string): Twin =>
  inText(fault, (written) => JSON.parse(JSON.stringify(written).replaceAll(from, to)) as Written);

/** A fault in what becomes of a verdict about one condition. */
const inTests = (fault: string, change: (verdict: Verdict) => Verdict): Twin =>
  inProgram(fault, (program) => ({
    ...program,
    rules: program.rules.map((rule) => ({
      ...rule,
      tests: rule.tests.map((test) => ({ ...test, run: (state: State) => change(test.run(state)) })),
    })),
  }));

const asItWas = (event: PolicyEvent): PolicyEvent => event;

export const TWINS: readonly Twin[] = [
  inProgram('the first rule that matches wins', (program, { call, past }) => {
    const state = stateOf(program, call, historyOf(past, call));
    const first = program.rules.find((rule) => matches(rule, state));
    return { ...program, rules: first ? [first] : [] };
  }),
  inProgram('an allow outweighs what asks for approval', (program, { call, past }) => {
    const state = stateOf(program, call, historyOf(past, call));
    const allowed = program.rules.some((rule) => rule.effect === 'allow' && matches(rule, state));
    return { ...program, rules: program.rules.filter(({ effect }) => !allowed || effect !== 'require_approval') };
  }),
  inProgram('a limit per run counts runs alone', (program) => ({
    ...program,
    limits: program.limits.map((limit) =>
      limit.bounds.length > 1 ? { ...limit, bounds: limit.bounds.slice(0, 1) } : limit,
    ),
  })),
  inTests('what is unclear does not match', (verdict) => (verdict === 'unclear' ? 'no' : verdict)),
  inTests('what is unclear matches', (verdict) => (verdict === 'unclear' ? 'yes' : verdict)),
  inProgram('the least approval of a contract is forgotten', (program) => ({
    ...program,
    tool: { ...program.tool, leastApproval: 'none' },
  })),
  inProgram('a read may wait for a person', (program) => ({
    ...program,
    rules: program.rules.map((rule) =>
      rule.approval === 'none' ? rule : { ...rule, effect: 'require_approval' as const },
    ),
  })),
  inProgram('only the first limit counts', (program) => ({ ...program, limits: program.limits.slice(0, 1) })),
  inProgram('a limit holds for every call of its tools', (program) => ({
    ...program,
    limits: program.limits.map((limit) => ({ ...limit, tests: [] })),
  })),
  inPast('the start of a window belongs to it', asItWas, (measure) => ({ ...measure, window: measure.window + 1 })),
  inPast('the end of a window does not belong to it', (event, { call }) => (event.time === call.time ? [] : event)),
  inPast('what comes later counts', (event, { call }) => ({ ...event, time: Math.min(event.time, call.time) })),
  inPast('what was refused counts as done', (event) => ({ ...event, outcome: 'served' })),
  inPast('a limit counts its own tool alone', asItWas, (measure, { call }) =>
    measure.of === 'calls' && measure.tools
      ? { ...measure, tools: measure.tools.filter((tool) => tool === call.tool) }
      : measure,
  ),
  inPast('tools of every kind are counted together', asItWas, (measure) =>
    measure.of === 'calls' ? { ...measure, tools: null } : measure,
  ),
  inPast('a sum counts calls', asItWas, (measure) => (measure.of === 'sum' ? { ...measure, of: 'calls' } : measure)),
  inPast('what is counted per owner is counted per client', asItWas, (measure) =>
    measure.per === 'owner' ? { ...measure, per: 'client' } : measure,
  ),
  hours('hours end on their own day', (its) => (its.from > its.to ? { ...its, to: '24:00' } : its)),
  hours('hours are those of every day', ({ from, to, time_zone: zoneOf }) => ({ from, to, time_zone: zoneOf })),
  hours('what ends at 24:00 ends at 00:00 of the same day', (its) =>
    its.to === '24:00' ? { ...its, from: '00:00', to: '00:00' } : its,
  ),
  zone('Berlin has winter all year', 'Europe/Berlin', 'Etc/GMT-1'),
  zone('New York has winter all year', 'America/New_York', 'Etc/GMT+5'),
  zone('Lord Howe moves a whole hour', 'Australia/Lord_Howe', 'Australia/Sydney'),
  zone('Kathmandu has a whole hour', 'Asia/Kathmandu', 'Etc/GMT-6'),
];
