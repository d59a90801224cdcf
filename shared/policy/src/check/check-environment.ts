import type { Finding } from './finding.ts';
import { finding, listed, type Subject } from './subject.ts';

/**
 * Whether a policy, and each rule and limit in it, is for the environment where it would be active. Risk packs serve
 * several environments, so their factors may name others.
 *
 * @param expected the environment that the file is meant for, where that is known.
 */
export function checkEnvironment({ file, read, rules, limits }: Subject, expected?: string): Finding[] {
  const { environment } = read.source;
  const findings: Finding[] = [];
  if (expected !== undefined && expected !== environment) {
    const message = `This policy is for ${environment}, not for ${expected}.`;
    findings.push(finding({ file, places: read.places, path: ['environment'] }, 'wrong_environment', message));
  }
  for (const { what, when, place } of [...rules, ...limits]) {
    if (when.environments === undefined || when.environments.includes(environment)) continue;
    const message = `This ${what} is for ${listed(when.environments)}, and the policy for ${environment} alone.`;
    findings.push(finding(place, 'other_environment', message, ['when', 'environments']));
  }
  return findings;
}
