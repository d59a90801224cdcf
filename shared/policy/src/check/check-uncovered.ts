import type { Finding } from './finding.ts';
import { finding, type Subject } from './subject.ts';

/** Tools that no rule speaks of: they are denied, and nobody said that they should be. */
export function checkUncovered({ file, read, policy, catalogue }: Subject): Finding[] {
  const place = { file, places: read.places, path: ['rules'] };
  return [...catalogue.keys()].toSorted().flatMap((name) => {
    const rules = policy.programs.get(name)?.rules ?? [];
    if (rules.length > 0) return [];
    return [finding(place, 'tool_uncovered', `No rule is about ${name}. If it is meant to be denied, say so in one.`)];
  });
}
