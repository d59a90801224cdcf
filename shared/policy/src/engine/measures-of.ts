import type { Measure } from './measure.ts';
import type { CompiledPolicy } from './program.ts';

/** What has to be known of the past before calls of these tools are decided, each measure once. */
export function measuresOf(policy: CompiledPolicy, tools: readonly string[]): Measure[] {
  const measures = tools.flatMap((tool) => policy.programs.get(tool)?.measures ?? []);
  return [...new Map(measures.map((measure) => [measure.key, measure])).values()];
}
