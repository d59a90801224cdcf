import { namedTools } from '../engine/conditions.ts';
import type { Finding } from './finding.ts';
import { finding, listed, type Part, type Subject } from './subject.ts';

/** Roles that people have; rules that ask for others never hold. */
const OWNER_ROLES = ['owner', 'reviewer', 'support-lead', 'administrator', 'auditor'];

/** Names that nothing bears, and what therefore, or because of other fields, concerns no tool. */
export function checkNames(subject: Subject): Finding[] {
  return [...subject.rules, ...subject.limits, ...subject.factors].flatMap((part) => {
    const unknown = unknownNames(part, subject);
    if (unknown.length > 0) return unknown;
    if (excludedHere(part, subject)) return [];
    return part.tools.length === 0 ? [noTool(part)] : leftOut(part, subject);
  });
}

/** What another environment is meant to use is looked at elsewhere. */
const excludedHere = ({ when }: Part, { read }: Subject): boolean =>
  when.environments !== undefined && !when.environments.includes(read.source.environment);

const belowWhen = (...path: PropertyKey[]): PropertyKey[] => ['when', ...path];

function unknownNames({ when, place }: Part, { catalogue }: Subject): Finding[] {
  const tools = [...catalogue.values()];
  const findings: Finding[] = [];
  const compare = (field: string, names: readonly string[] = [], known: readonly string[] = []): void => {
    for (const [at, name] of names.entries()) {
      if (known.includes(name)) continue;
      const there = listed([...new Set(known)].toSorted());
      const message = `Nothing is called "${name}" here. There are: ${there}.`;
      findings.push(finding(place, 'unknown_name', message, belowWhen(field, at)));
    }
  };
  const patterns = (path: readonly PropertyKey[], names: readonly string[] = []): void => {
    for (const [at, name] of names.entries()) {
      if (namedTools([name], catalogue).length > 0) continue;
      findings.push(finding(place, 'unknown_name', `There is no tool "${name}".`, belowWhen(...path, at)));
    }
  };
  patterns(['tools'], when.tools);
  patterns(['recent', 'tools'], when.recent?.tools);
  compare(
    'actions',
    when.actions,
    tools.map(({ action }) => action),
  );
  compare(
    'contexts',
    when.contexts,
    tools.map(({ context }) => context),
  );
  compare(
    'agents',
    when.agents,
    tools.flatMap(({ roles }) => roles),
  );
  compare('owner_roles', when.owner_roles, OWNER_ROLES);
  return findings;
}

function noTool({ what, when, place }: Part): Finding {
  const pointers = (when.arguments ?? []).map(({ pointer }) => pointer);
  const reason = pointers.length > 0 ? ` None that fits the other fields has ${listed(pointers)}.` : '';
  return finding(place, 'no_tool', `This ${what} concerns no tool.${reason}`);
}

/** A tool that is named in full is meant; that another field takes it away again is easily overlooked. */
function leftOut({ what, when, place, tools }: Part, { catalogue }: Subject): Finding[] {
  return (when.tools ?? []).flatMap((name, at) => {
    if (name.includes('*') || !catalogue.has(name) || tools.some((tool) => tool.name === name)) return [];
    const message = `Another field of this ${what} excludes ${name}.`;
    return [finding(place, 'tool_left_out', message, belowWhen('tools', at))];
  });
}
