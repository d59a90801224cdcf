import type { Finding } from './finding.ts';
import { finding, namesOf, type Subject } from './subject.ts';

/** An allow that releases what a person has to see first; the contract asks for approval all the same. */
export function checkShips({ rules }: Subject): Finding[] {
  return rules
    .filter(({ source }) => source.effect === 'allow')
    .flatMap(({ place, tools }) => {
      const commits = tools.filter(({ kind }) => kind === 'commit');
      const shipped = commits.filter(({ ships }) => ships);
      const floored = commits.filter(({ ships, leastApproval }) => !ships && leastApproval !== 'none');
      const findings: Finding[] = [];
      if (shipped.length > 0) {
        const message = `${namesOf(shipped)} would bring text before the public or a customer that no person saw. No policy may release it.`;
        findings.push(finding(place, 'releases_ships', message));
      }
      if (floored.length > 0) {
        const message = `The contract of ${namesOf(floored)} asks for approval: this rule allows none of it by itself.`;
        findings.push(finding(place, 'floor_applies', message));
      }
      return findings;
    });
}
