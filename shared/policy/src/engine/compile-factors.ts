import { durationMs } from '../language/duration.ts';
import type { FactorSource, PackSource } from '../language/policy-schema.ts';
import { reaches } from './catalogue.ts';
import { compileConditions, concerns, type Compiling, type State } from './conditions.ts';
import { pointerTokens, valueAt } from './json.ts';
import { createMeasure, type Measure } from './measure.ts';
import type { Factor } from './program.ts';

/** @returns the factor, or undefined where it never has a say in calls of this tool. @throws Unreadable. */
export function compileFactor({ domain }: PackSource, factor: FactorSource, compiling: Compiling): Factor | undefined {
  const when = factor.when ?? {};
  if (!concerns(when, compiling) || !measurable(factor, compiling)) return undefined;
  return {
    name: `${domain}/${factor.id}`,
    abuse: factor.abuse === true,
    tests: compileConditions(when, compiling),
    score: scoreOf(factor, compiling),
  };
}

/** A tool without the argument or the record that a measure looks at is none of its business. */
function measurable({ measure, sum }: FactorSource, { tool }: Compiling): boolean {
  const tokens = pointerTokens(sum ?? '');
  if (measure === 'sum') return tool.readable[tokens[0] ?? ''] === 'value' && reaches(tool, tokens);
  return measure !== 'sequence' || tool.record !== null;
}

function scoreOf(factor: FactorSource, compiling: Compiling): Factor['score'] {
  const { score = 0, measure, bands = [] } = factor;
  if (measure === undefined) return () => score;
  const banded = (value: number): number => bands.findLast(({ from }) => value >= from)?.score ?? 0;
  if (measure === 'content_flags') return ({ call }) => banded(call.contentFlags);
  const at = compiling.measure(measureFor(factor, compiling));
  const before = ({ values }: State): number => values[at]?.value ?? 0;
  if (measure !== 'sum') return (state) => banded(before(state));
  const tokens = pointerTokens(factor.sum ?? '');
  return (state) => {
    const amount = valueAt(state.call.arguments, tokens);
    return banded(before(state) + (typeof amount === 'number' ? amount : 0));
  };
}

function measureFor({ measure, sum, within = '1d', when }: FactorSource, compiling: Compiling): Measure {
  const { tool, catalogue } = compiling;
  const window = durationMs(within);
  const tools = [...catalogue.values()]
    .filter((other) => other.kind === tool.kind && concerns(when ?? {}, { ...compiling, tool: other }))
    .map(({ name }) => name)
    .toSorted();
  switch (measure) {
    case 'sum':
      return createMeasure('sum', 'owner', tools, window, sum);
    case 'records':
      return createMeasure('records', 'owner', tools, window);
    case 'denials':
      return createMeasure('denials', 'client', null, window);
    case 'repeats':
      return createMeasure('repeats', 'owner', [tool.name], window);
    case 'sequence':
      return createMeasure('sequence', 'owner', [tool.name], window, tool.record);
    default:
      return createMeasure('calls', 'owner', tools, window);
  }
}
