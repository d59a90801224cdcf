import type { ToolFacts } from '../engine/catalogue.ts';
import type { Finding } from './finding.ts';
import { finding, type FactorPart, type Subject } from './subject.ts';

const SCORE_MAX = 100;

/** Scores that a policy waits for and that its risk packs never add up to. */
export function checkThresholds(subject: Subject): Finding[] {
  const { file, read, rules, limits, factors, catalogue } = subject;
  const findings: Finding[] = [];
  for (const { when, place, tools } of [...rules, ...limits]) {
    if (tools.length === 0) continue;
    const most = Math.max(...tools.map((tool) => mostFor(tool, factors)));
    if (when.risk && when.risk.minimum > most) {
      const message = `The risk packs give these tools ${most} at most.`;
      findings.push(finding(place, 'unreachable_threshold', message, ['when', 'risk', 'minimum']));
    }
    // Scores of earlier calls of any tool are added up: any that is above zero reaches every sum.
    const any = [...catalogue.values()].some((tool) => mostFor(tool, factors) > 0);
    if (when.cumulative_risk && !any) {
      const message = 'No risk pack gives any tool a score.';
      findings.push(finding(place, 'unreachable_threshold', message, ['when', 'cumulative_risk', 'minimum']));
    }
  }
  const suspendAt = read.source.risk?.suspend_at;
  if (suspendAt === undefined) return findings;
  const place = { file, places: read.places, path: ['risk', 'suspend_at'] };
  const abuse = factors.filter(({ source }) => source.abuse === true);
  const most = Math.max(0, ...[...catalogue.values()].map((tool) => mostFor(tool, abuse)));
  if (abuse.length === 0) {
    const message = 'No factor of the risk packs is a sign of abuse ("abuse: true"), so that nothing suspends.';
    findings.push(finding(place, 'suspend_without_abuse', message));
  } else if (suspendAt > most) {
    const message = `The signs of abuse in the risk packs add up to ${most} at most.`;
    findings.push(finding(place, 'unreachable_threshold', message));
  }
  return findings;
}

/** The highest score that calls of one tool can get. */
function mostFor(tool: ToolFacts, factors: readonly FactorPart[]): number {
  const scores = factors
    .filter(({ tools }) => tools.includes(tool))
    .map(({ source: { score, bands = [] } }) => score ?? Math.max(...bands.map((band) => band.score)));
  return Math.min(
    SCORE_MAX,
    scores.reduce((sum, each) => sum + each, 0),
  );
}
