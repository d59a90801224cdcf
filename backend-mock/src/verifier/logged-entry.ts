import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { parseCanonical } from '@narrow-deputies/signing';
import { Fault } from './fault.ts';

/** What is read of one entry of the log; everything else of it is held by the tree alone. */
export interface LoggedEntry {
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

const isText = (value: JsonValue): boolean => typeof value === 'string';
const isTextOrNull = (value: JsonValue): boolean => value === null || typeof value === 'string';
const isTexts = (value: JsonValue): boolean => Array.isArray(value) && value.every(isText);
const isObject = (value: JsonValue): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isObjectOrNull = (value: JsonValue): boolean => value === null || isObject(value);
const isDigest = (value: JsonValue): boolean =>
  value === null || (typeof value === 'string' && /^sha-256:[0-9a-f]{64}$/.test(value));
const oneOf =
  (...values: readonly JsonValue[]) =>
  (value: JsonValue): boolean =>
    values.includes(value);

/** Every member of version 1, and what it may be. */
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
  v: oneOf(1),
};
/** Members that entries of version 1 did not have from the beginning. */
const LATER: ReadonlySet<string> = new Set(['source']);
// Canonical form sorts members, so their names come in one order.
const NAMES = Object.keys(MEMBERS).join();
const FIRST_NAMES = Object.keys(MEMBERS)
  .filter((name) => !LATER.has(name))
  .join();
const DEPTH_MAX = 32;

/**
 * Reads the bytes of one entry: the RFC 8785 form of an object with exactly the members of version 1.
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
    (names === NAMES || names === FIRST_NAMES) &&
    Object.entries(MEMBERS).every(([name, is]) => is(value[name] ?? null));
  if (!fits || Number.isNaN(time) || new Date(time).toISOString() !== value['time']) throw malformed();
  return { ...(value as unknown as LoggedEntry), time };
}

const malformed = (): Fault => new Fault('entry_malformed', 'It is no entry of version 1 in canonical form.');
