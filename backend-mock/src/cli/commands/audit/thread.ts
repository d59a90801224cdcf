import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { selfReportedWords } from '../../../audit/self-reported.ts';
import { printLines } from '../../output.ts';

/** What `follow_audit` answers. */
interface Thread {
  readonly id: string;
  readonly of: 'entry' | 'plan';
  readonly plan: JsonObject | null;
  readonly approvals: readonly JsonObject[];
  readonly rules: readonly string[];
  readonly policy: JsonObject | null;
  readonly run: JsonObject | null;
  readonly traceId: string | null;
  readonly task: JsonObject | null;
  readonly suspensions: readonly JsonObject[];
  readonly timeline: readonly { readonly tie: string; readonly entry: JsonObject }[];
  readonly people: Readonly<Record<string, string>>;
}

/** A branch of the tree: its name and what hangs on it. */
interface Branch {
  readonly name: string;
  readonly leaves: readonly string[];
}

/** Prints one thread: what led to it as a tree, and everything that happened as lines in order. */
export function printThread(answer: JsonObject): void {
  const thread = answer as unknown as Thread;
  const branches = branchesOf(thread).filter(({ leaves }) => leaves.length > 0);
  printLines(
    headline(thread),
    ...branches.flatMap(({ name, leaves }, at) => drawn(name, leaves, at === branches.length - 1)),
    '',
    ...thread.timeline.map((tied) => happened(tied, thread)),
  );
}

function drawn(name: string, leaves: readonly string[], isLast: boolean): string[] {
  return leaves.map((leaf, at) => {
    const stem = at === 0 ? (isLast ? '└─ ' : '├─ ') : isLast ? '   ' : '│  ';
    return `${stem}${(at === 0 ? name : '').padEnd(WIDTH)}${leaf}`;
  });
}

const WIDTH = 'suspension  '.length;

function headline({ id, of, plan, timeline }: Thread): string {
  const self = timeline.find(({ tie }) => tie === 'self')?.entry;
  const said = self
    ? `${word(self['tool'])} ${ended(self)}`
    : `${word(plan?.['commitTool'])}, ${word(plan?.['state'])}`;
  return `${of} ${id}: ${said}`;
}

function branchesOf(thread: Thread): Branch[] {
  const { plan, approvals, rules, policy, run, traceId, task, suspensions } = thread;
  const name = (id: JsonValue | undefined): string => nameOf(id, thread);
  return [
    { name: 'plan', leaves: plan ? planLines(plan, name) : [] },
    {
      name: 'approval',
      leaves: approvals.map(
        ({ person, decision, assurance, at }) =>
          `${word(at)} ${name(person)}: ${word(decision)}, proved by ${assurance === 'passkey' ? 'a passkey' : 'a key of the command line'}`,
      ),
    },
    { name: 'rules', leaves: rules.length === 0 ? [] : [rules.join(', ')] },
    { name: 'policy', leaves: policy ? [policyLine(policy, name)] : [] },
    { name: 'run', leaves: run ? [runLine(run)] : [] },
    { name: 'trace', leaves: traceId === null ? [] : [traceId] },
    { name: 'task', leaves: task ? taskLines(task, name) : [] },
    { name: 'suspension', leaves: suspensions.map((stop) => stopLine(stop, name)) },
  ];
}

type Name = (id: JsonValue | undefined) => string;

const planLines = (plan: JsonObject, name: Name): string[] => [
  `${word(plan['planId'])}, ${word(plan['state'])}`,
  `made ${word(plan['createdAt'])} by ${word(plan['agent'])} (${word(plan['client'])}) for ${name(plan['owner'])}`,
  ...(typeof plan['committedAt'] === 'string' ? [`committed ${plan['committedAt']}`] : []),
  ...(typeof plan['erasedAt'] === 'string' ? [`what it said was erased ${plan['erasedAt']}`] : []),
  word(plan['planDigest']),
];

const policyLine = ({ version, activatedAt, activatedBy }: JsonObject, name: Name): string =>
  activatedAt === null
    ? word(version)
    : `${word(version)}, active since ${word(activatedAt)} by ${activatedBy === null ? 'its file' : name(activatedBy)}`;

const runLine = ({ run, entries, denied, from, to }: JsonObject): string =>
  `${word(run)}: ${word(entries)} entries, ${word(denied)} denied, ${word(from)} to ${word(to)}`;

function taskLines(task: JsonObject, name: Name): string[] {
  const { type, id } = task['resource'] as JsonObject;
  return [
    `${word(task['taskId'])}: ${(task['tools'] as string[]).join(', ')} on ${word(type)}:${word(id)}`,
    `granted ${word(task['createdAt'])} by ${name(task['grantedBy'])}, until ${word(task['expiresAt'])}`,
    ...(typeof task['revokedAt'] === 'string' ? [`ended ${task['revokedAt']} by ${name(task['revokedBy'])}`] : []),
  ];
}

function stopLine(stop: JsonObject, name: Name): string {
  const { kind, target, suspendedAt, suspendedBy, resumedAt, resumedBy } = stop;
  const what = target === '' || target === null ? word(kind) : `${word(kind)} ${word(target)}`;
  const until = typeof resumedAt === 'string' ? `, taken back ${resumedAt} by ${name(resumedBy)}` : '';
  return suspendedAt === undefined ? what : `${what}: ${word(suspendedAt)} by ${name(suspendedBy)}${until}`;
}

/** One line of what happened; how it belongs to the thread stands before it. */
function happened({ tie, entry }: Thread['timeline'][number], thread: Thread): string {
  const { time, tool, person, agent, source, rules, auditId } = entry;
  const who = person === null ? word(agent ?? source ?? 'the backend') : nameOf(person, thread);
  const because = Array.isArray(rules) && rules.length > 0 ? ` (${rules.join(', ')})` : '';
  const mark = tie === 'self' ? '>' : ' ';
  return `${mark} ${word(time)}  ${tie.padEnd(10)}  ${who}: ${word(tool)} ${ended(entry)}${because}  ${word(auditId)}`;
}

function ended(entry: JsonObject): string {
  const { outcome, code } = entry;
  return `${word(outcome)}${typeof code === 'string' ? `, ${code}` : ''}${selfReportedWords(entry)}`;
}

const nameOf = (id: JsonValue | undefined, { people }: Thread): string =>
  typeof id === 'string' ? (people[id] ?? id) : 'nobody';

const word = (value: JsonValue | undefined): string =>
  value === null || value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value);
