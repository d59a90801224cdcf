import type { Finding } from './finding.ts';
import { finding, type Subject } from './subject.ts';

/**
 * Tools that nothing can allow: they are denied, and nobody said that they should be. A rule that denies some of their calls
 * does not say it of the others; one that denies all of them does.
 */
export function checkUncovered({ file, read, policy, catalogue }: Subject): Finding[] {
  const place = { file, places: read.places, path: ['rules'] };
  return [...catalogue.keys()].toSorted().flatMap((name) => {
    const rules = policy.programs.get(name)?.rules ?? [];
    if (rules.some(({ effect, tests }) => effect !== 'deny' || tests.length === 0)) return [];
    const message =
      rules.length === 0
        ? `No rule is about ${name}. If it is meant to be denied, say so in one.`
        : `No rule can allow ${name}: those about it deny some of its calls, and the others are denied as well. If that is meant, deny all of them.`;
    return [finding(place, 'tool_uncovered', message)];
  });
}
