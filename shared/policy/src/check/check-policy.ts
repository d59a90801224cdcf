import type { Catalogue } from '../engine/catalogue.ts';
import { compilePolicy, readPolicy, type PolicyText } from '../engine/compile.ts';
import type { Fault } from '../language/read-yaml.ts';
import { checkApprovals } from './check-approvals.ts';
import { checkCrowded } from './check-crowded.ts';
import { checkEnvironment } from './check-environment.ts';
import { checkIntervals } from './check-intervals.ts';
import { checkMoney } from './check-money.ts';
import { checkNames } from './check-names.ts';
import { checkPeople, type EnrolledPerson } from './check-people.ts';
import { checkShadowed } from './check-shadowed.ts';
import { checkShips } from './check-ships.ts';
import { checkThresholds } from './check-thresholds.ts';
import { checkUncovered } from './check-uncovered.ts';
import { FINDING_CODES, type Finding, type FindingCode } from './finding.ts';
import { subjectOf } from './subject.ts';

export interface CheckOptions {
  /** Everybody who is enrolled and active; without them nobody asks who could approve. */
  readonly people?: readonly EnrolledPerson[];
  /** The environment that the file is meant for. */
  readonly environment?: string;
}

/**
 * Everything that is wrong with a policy, or hardly meant, in the order of the files. What cannot be read or compiled is
 * said alone: what would be found beyond it may only follow from it.
 */
export function checkPolicy(text: PolicyText, catalogue: Catalogue, options: CheckOptions = {}): Finding[] {
  const outcome = readPolicy(text);
  if (!outcome.ok) return inOrder(text, outcome.faults.map(faultAs('invalid')));
  const compiled = compilePolicy(text, catalogue);
  if (!compiled.ok) return inOrder(text, compiled.faults.map(faultAs('unreadable_argument')));
  const subject = subjectOf(text.file, outcome.read, compiled.policy);
  const crowded = checkCrowded(subject);
  if (crowded.length > 0) return crowded;
  return inOrder(text, [
    ...checkEnvironment(subject, options.environment),
    ...checkNames(subject),
    ...checkIntervals(subject),
    ...checkThresholds(subject),
    ...checkShadowed(subject),
    ...checkUncovered(subject),
    ...checkApprovals(subject),
    ...(options.people ? checkPeople(subject, options.people) : []),
    ...checkMoney(subject),
    ...checkShips(subject),
  ]);
}

const faultAs =
  (code: FindingCode) =>
  ({ file, line, column, message }: Fault & { readonly file: string }): Finding => ({
    file,
    line,
    column,
    severity: FINDING_CODES[code],
    code,
    message,
  });

function inOrder({ file, packs }: PolicyText, findings: readonly Finding[]): Finding[] {
  const files = [file, ...Object.keys(packs)];
  return findings.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
