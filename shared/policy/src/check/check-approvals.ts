import type { Finding } from './finding.ts';
import { finding, namesOf, type LimitPart, type RulePart, type Subject } from './subject.ts';

/** Whether a rule or limit asks for approval. */
export const asksApproval = (part: RulePart | LimitPart): boolean =>
  (part.what === 'rule' ? part.source.effect : part.source.exceeded) === 'require_approval';

/** Only a planned change can wait for a person: whoever asks for approval of a read or of planning denies it. */
export function checkApprovals({ rules, limits }: Subject): Finding[] {
  return [...rules, ...limits].filter(asksApproval).flatMap((part) => {
    const denied = part.tools.filter(({ kind }) => kind !== 'commit');
    if (denied.length === 0) return [];
    const message = `${namesOf(denied)} cannot wait for approval, so that this ${part.what} denies. Add "kinds: [commit]", or say deny.`;
    return [finding(part.place, 'approval_denies', message)];
  });
}
