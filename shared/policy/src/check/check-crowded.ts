import type { Finding } from './finding.ts';
import { finding, type Subject } from './subject.ts';

/** Rules and limits about one tool are held against each other, two by two. */
const MOST = 1000;

/** A policy that nobody could hold against itself in a reasonable time; then nothing else is looked at. */
export function checkCrowded({ file, read, policy }: Subject): Finding[] {
  const place = { file, places: read.places, path: ['rules'] };
  return [...policy.programs.values()].flatMap(({ tool, rules, limits }) => {
    const parts = rules.length + limits.length;
    if (parts <= MOST) return [];
    const message = `${parts} rules and limits are about ${tool.name}; more than ${MOST} cannot be held against each other.`;
    return [finding(place, 'crowded', message)];
  });
}
