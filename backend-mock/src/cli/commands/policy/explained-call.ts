import type { JsonObject } from '@narrow-deputies/contracts';
import {
  callOf,
  historySchema,
  pastOf,
  readYaml,
  type PolicyCall,
  type PolicyEvent,
  type ToolFacts,
} from '@narrow-deputies/policy';
import { readTextFile } from '../../../policy/policy-files.ts';
import { readableArguments } from '../../../policy/readable-arguments.ts';
import { Failure } from '../../failure.ts';
import { readable } from './policy-file.ts';

/** What a person says of the call that is to be decided. */
export interface CallOptions {
  readonly arguments?: string;
  readonly agent?: string;
  readonly owner?: string;
  readonly ownerRole?: readonly string[];
  readonly client?: string;
  readonly run?: string;
  readonly time?: string;
  readonly task?: boolean;
  readonly contentFlags?: number;
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** The call that options describe, with the arguments as rules can read them. @throws Failure. */
export function callFrom(options: CallOptions, tool: ToolFacts, now: number): PolicyCall {
  const { time } = options;
  if (time !== undefined && (!TIME.test(time) || Number.isNaN(Date.parse(time)))) {
    throw new Failure('invalid_arguments', '--time is a time as in RFC 3339, such as 2026-03-02T10:00:00+01:00.');
  }
  return callOf({
    tool: tool.name,
    arguments: argumentsFrom(options.arguments ?? '{}', tool),
    agent: options.agent ?? tool.roles[0] ?? 'agent',
    ...(options.owner !== undefined && { owner: options.owner }),
    ...(options.ownerRole && { owner_roles: [...options.ownerRole] }),
    ...(options.client !== undefined && { client: options.client }),
    ...(options.run !== undefined && { run: options.run }),
    ...(options.task === true && { task: 'bound' as const }),
    ...(options.contentFlags !== undefined && { content_flags: options.contentFlags }),
    time: time ?? new Date(now).toISOString(),
  });
}

function argumentsFrom(text: string, { name, readable: known }: ToolFacts): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure('invalid_arguments', '--arguments is no JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Failure('invalid_arguments', '--arguments is a JSON object.');
  }
  const strange = Object.keys(value).find((field) => !Object.hasOwn(known, field));
  if (strange !== undefined) {
    const names = Object.keys(known).toSorted().join(', ');
    throw new Failure(
      'invalid_arguments',
      `${name} has no argument "${strange}" that a rule can read, only: ${names}.`,
    );
  }
  const redaction = Object.entries(known).map(([field, how]) => [field, how === 'value' ? 'keep' : 'digest'] as const);
  return readableArguments({ redaction: Object.fromEntries(redaction) }, value as JsonObject);
}

/** The calls of the past that a file lists, as the `history` of a case does. @throws Failure. */
export async function pastFrom(file: string | undefined, call: PolicyCall): Promise<readonly PolicyEvent[]> {
  if (file === undefined) return [];
  const text = await readable(() => readTextFile(file));
  const read = readYaml(text, historySchema);
  if (read.ok) return pastOf(read.value, call);
  const faults = read.faults.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  throw new Failure('invalid_history', faults.join('\n'));
}
