import { stricter, type ApprovalLevel, type ToolFacts } from '../engine/catalogue.ts';
import { asksApproval } from './check-approvals.ts';
import type { Finding } from './finding.ts';
import { implies } from './implies.ts';
import { finding, listed, type LimitPart, type RulePart, type Subject } from './subject.ts';

/** Somebody who is enrolled and active. */
export interface EnrolledPerson {
  readonly roles: readonly string[];
  /** Pseudonymous id, where rules may name it. */
  readonly id?: string;
}

interface Asked {
  readonly level: ApprovalLevel;
  /** Every reviewer has to hold all of them. */
  readonly roles: readonly string[];
}

/**
 * Approvals that too few people could give: reviewers hold every role that is asked for, and the person whom the agent
 * acts for is none of them.
 */
export function checkPeople(subject: Subject, people: readonly EnrolledPerson[]): Finding[] {
  return [...subject.rules, ...subject.limits].filter(asksApproval).flatMap((part) => {
    for (const tool of part.tools.filter(({ kind }) => kind === 'commit')) {
      const fault = missing(asked(part, tool, subject), owners(part, people), people);
      if (fault !== undefined) return [finding(part.place, 'nobody_approves', `${tool.name}: ${fault}`)];
    }
    return [];
  });
}

const askedBy = ({ source: { approval, reviewer_role: role } }: RulePart | LimitPart): Asked => ({
  level: approval ?? 'none',
  roles: approval === 'reviewer' || approval === 'two_reviewers' ? [role ?? 'reviewer'] : [],
});

/** What is asked for wherever this part has its say: with it every rule that then has, and the contract. */
function asked(part: RulePart | LimitPart, tool: ToolFacts, { rules }: Subject): Asked {
  const others = rules.filter(
    (rule) => rule !== part && asksApproval(rule) && rule.tools.includes(tool) && implies(part.when, rule.when, tool),
  );
  const reviewed = tool.leastApproval === 'reviewer' || tool.leastApproval === 'two_reviewers';
  const law: Asked = { level: tool.leastApproval, roles: reviewed ? ['reviewer'] : [] };
  const all = [askedBy(part), ...others.map(askedBy), law];
  return {
    level: all.reduce<ApprovalLevel>((level, each) => stricter(level, each.level), 'none'),
    roles: [...new Set(all.flatMap(({ roles }) => roles))].toSorted(),
  };
}

/** Whom agents may act for, as far as the conditions tell. */
const owners = ({ when }: RulePart | LimitPart, people: readonly EnrolledPerson[]): readonly EnrolledPerson[] =>
  people.filter(
    ({ id, roles }) =>
      roles.includes('owner') &&
      (when.owners === undefined || id === undefined || when.owners.includes(id)) &&
      (when.owner_roles === undefined || when.owner_roles.some((role) => roles.includes(role))),
  );

function missing(
  { level, roles }: Asked,
  acting: readonly EnrolledPerson[],
  people: readonly EnrolledPerson[],
): string | undefined {
  if (acting.length === 0)
    return 'nobody who is enrolled has the role owner, so that nobody can ask for this approval.';
  if (level === 'owner') return undefined;
  const needed = level === 'two_reviewers' ? 2 : 1;
  const held = (person: EnrolledPerson): boolean => roles.every((role) => person.roles.includes(role));
  for (const owner of acting) {
    const found = people.filter((person) => person !== owner && held(person)).length;
    if (found >= needed) continue;
    const who = needed === 1 ? 'one other person' : 'two other people';
    const role = roles.length === 1 ? `the role ${listed(roles)}` : `the roles ${listed(roles)}`;
    return `it takes ${who} with ${role}, and there ${found === 1 ? 'is' : 'are'} ${found}.`;
  }
  return undefined;
}
