import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import type { AuditEntry, EntryDraft } from './entry.ts';

/** What an entry can be looked for by that is no column of it: each kind, and the names of that kind, are rows beside it. */
export const NAME_KINDS = [
  'rule',
  'decision',
  'resource',
  'person',
  'task',
  'export',
  'suspension',
  'invitation',
] as const;
export type NameKind = (typeof NAME_KINDS)[number];

export interface Name {
  readonly kind: NameKind;
  /** A resource is written `type:id`. */
  readonly name: string;
}

/** A record that an entry is about. */
export interface NamedResource {
  readonly type: string;
  readonly id: string;
}

/** Under which field arguments and answers name a record, by its type: the types that a plan can touch, all of them. */
export const RECORD_FIELDS: Readonly<Record<string, string>> = {
  article: 'slug',
  customer: 'customerId',
  order: 'orderId',
  ticket: 'ticketId',
};
const TYPE_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(RECORD_FIELDS).map(([type, field]) => [field, type]),
);

/** Other things by the fields that name them. */
const KIND_OF: ReadonlyMap<string, NameKind> = new Map([
  ['taskId', 'task'],
  ['exportId', 'export'],
  ['suspensionId', 'suspension'],
  ['invitationId', 'invitation'],
  ['personId', 'person'],
]);

/** What stands in a name: never a control character, which one of the engines does not store. */
const NAME = /^[^\p{C}]{1,200}$/u;
const DEPTH_MAX = 6;
/** Names of one entry, but for the records of its plan. Answers are bounded far below. */
const FOUND_MAX = 256;

export const resourceName = ({ type, id }: NamedResource): string => `${type}:${id}`;

/**
 * Everything that an entry is found by beside its columns. Whatever an agent was allowed is the usual case and no name of
 * its own. Pure.
 */
export function namesOf(
  { decision, rules, person, task }: Pick<AuditEntry, 'decision' | 'rules' | 'person' | 'task'>,
  said: Pick<EntryDraft, 'arguments' | 'result' | 'details' | 'resources'>,
): Name[] {
  const found = new Map<string, Name>();
  const add = (kind: NameKind, name: JsonValue | undefined): void => {
    if (typeof name === 'string' && NAME.test(name)) found.set(`${kind} ${name}`, { kind, name });
  };
  for (const rule of rules) add('rule', rule);
  if (decision !== 'allow') add('decision', decision ?? 'none');
  add('person', person);
  add('task', task);
  for (const value of [said.arguments, said.result, said.details]) collect(value, add, () => found.size < FOUND_MAX);
  add('person', said.details?.['person']);
  for (const resource of said.resources ?? []) add('resource', resourceName(resource));
  return [...found.values()];
}

type Add = (kind: NameKind, name: JsonValue | undefined) => void;

/** Ids wherever they stand, but for what people outside wrote: that names nothing. */
function collect(value: JsonValue | undefined, add: Add, more: () => boolean, depth = DEPTH_MAX): void {
  if (typeof value !== 'object' || value === null || depth === 0 || !more()) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, add, more, depth - 1);
    return;
  }
  addResource(value, add);
  for (const [field, inner] of Object.entries(value)) {
    if (field === 'untrusted') continue;
    const type = TYPE_OF.get(field);
    if (type !== undefined && typeof inner === 'string') add('resource', `${type}:${inner}`);
    const kind = KIND_OF.get(field);
    if (kind !== undefined) add(kind, inner);
    collect(inner, add, more, depth - 1);
  }
}

/** The record of a task: `{"type","id"}`, or as its grant asks for it. */
function addResource(value: JsonObject, add: Add): void {
  const { type, id, resourceType, resourceId } = value;
  for (const [kind, name] of [
    [type, id],
    [resourceType, resourceId],
  ]) {
    if (typeof kind === 'string' && typeof name === 'string' && Object.hasOwn(RECORD_FIELDS, kind)) {
      add('resource', `${kind}:${name}`);
    }
  }
}
