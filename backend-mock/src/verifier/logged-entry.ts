import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { parseCanonical } from '@narrow-deputies/signing';
import { Fault } from './fault.ts';

/** What is read of one entry of the log; everything else of it is held by the tree alone. */
export interface LoggedEntry {
  /** Null in an entry of version 1. */
  readonly writer: EntryWriter | null;
  readonly auditId: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly environment: string;
  readonly requestId: string | null;
  readonly client: string | null;
  readonly keyid: string | null;
  readonly owner: string | null;
  readonly person: string | null;
  readonly tool: string;
  readonly kind: string;
  readonly argumentsDigest: string | null;
  readonly resultDigest: string | null;
  readonly decisionInput: JsonObject;
  readonly outcome: string;
  readonly repeated: boolean;
  readonly plan: string | null;
  readonly approvals: readonly string[];
  readonly task: string | null;
  readonly details: JsonObject;
}

/** Who wrote an entry, and as which of its entries. */
export interface EntryWriter {
  readonly id: string;
  readonly number: number;
}

const isText = (value: JsonValue): boolean => typeof value === 'string';
const isTextOrNull = (value: JsonValue): boolean => value === null || typeof value === 'string';
const isTexts = (value: JsonValue): boolean => Array.isArray(value) && value.every(isText);
const isObject = (value: JsonValue): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const WRITER_MEMBERS = ['id', 'number'].join();
const isWriter = (value: JsonValue): boolean => {
  if (!isObject(value)) return false;
  const { id, number } = value as JsonObject;
  return (
    Object.keys(value as JsonObject).join() === WRITER_MEMBERS &&
    typeof id === 'string' &&
    /^[0-9a-f]{16}\.\d{1,6}$/.test(id) &&
    Number.isSafeInteger(number) &&
    Number(number) > 0
  );
};
const isObjectOrNull = (value: JsonValue): boolean => value === null || isObject(value);
const isDigest = (value: JsonValue): boolean =>
  value === null || (typeof value === 'string' && /^sha-256:[0-9a-f]{64}$/.test(value));
const oneOf =
  (...values: readonly JsonValue[]) =>
  (value: JsonValue): boolean =>
    values.includes(value);

/** Every member of version 2, and what it may be. */
const MEMBERS: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  agent: isTextOrNull,
  approvals: isTexts,
  argumentsDigest: isDigest,
  auditId: isText,
  client: isTextOrNull,
  code: isTextOrNull,
  decision: oneOf(null, 'allow', 'require_approval', 'deny'),
  decisionInput: isObject,
  details: isObject,
  environment: isText,
  host: isObjectOrNull,
  keyid: isTextOrNull,
  kind: oneOf('read', 'plan', 'commit', 'person', 'grant', 'report', 'noise', 'system'),
  latencyMs: (value) => typeof value === 'number',
  outcome: oneOf('succeeded', 'pending', 'refused', 'failed'),
  owner: isTextOrNull,
  person: isTextOrNull,
  plan: isTextOrNull,
  repeated: (value) => typeof value === 'boolean',
  requestId: isTextOrNull,
  resultDigest: isDigest,
  risk: isObjectOrNull,
  rules: isTexts,
  run: isTextOrNull,
  source: isTextOrNull,
  task: isTextOrNull,
  time: isText,
  tool: isText,
  traceId: isTextOrNull,
  v: oneOf(1, 2),
  writer: (value) => value === null || isWriter(value),
};
// Canonical form sorts members, so their names come in one order.
const without = (...names: readonly string[]): string =>
  Object.keys(MEMBERS)
    .filter((name) => !names.includes(name))
    .join();
/** Members by version; those of version 1 did not have a source from the beginning. */
const NAMES: Readonly<Record<1 | 2, readonly string[]>> = {
  1: [without('writer'), without('writer', 'source')],
  2: [without()],
};
const DEPTH_MAX = 32;

/**
 * Reads the bytes of one entry: the RFC 8785 form of an object with exactly the members of its version.
 *
 * @throws Fault `entry_malformed`.
 */
export function readEntry(bytes: Uint8Array): LoggedEntry {
  const parsed = parseCanonical(bytes, { maxDepth: DEPTH_MAX });
  if (!parsed.ok || !isObject(parsed.value)) throw malformed();
  const value = parsed.value as JsonObject;
  const time = Date.parse(String(value['time']));
  const names = Object.keys(value).join();
  const fits =
    NAMES[value['v'] === 2 ? 2 : 1].includes(names) &&
    (value['v'] === 2) === (typeof value['writer'] === 'object') &&
    Object.entries(MEMBERS).every(([name, is]) => is(value[name] ?? null));
  if (!fits || Number.isNaN(time) || new Date(time).toISOString() !== value['time']) throw malformed();
  return { ...(value as unknown as LoggedEntry), writer: (value['writer'] ?? null) as EntryWriter | null, time };
}

const malformed = (): Fault => new Fault('entry_malformed', 'It is no entry of version 1 or 2 in canonical form.');
