import type { Code, JsonObject, JsonValue, Kind, Risk } from '@narrow-deputies/contracts';
import type { EntryWriter } from '../writers/entry-seal.ts';
import type { NamedResource } from './named.ts';

export type Decision = 'allow' | 'require_approval' | 'deny';
export type Outcome = 'succeeded' | 'pending' | 'refused' | 'failed';

/**
 * One entry of the audit log in its final format, version 2. It is stored, and later hashed into the log, as the RFC 8785
 * text of this object. People appear by pseudonymous id; arguments and results only as salted digests, so that erasing a
 * salt erases the link for good while the log still verifies.
 */
export interface AuditEntry {
  readonly v: 2;
  /** Who wrote it, and as which of its entries; version 1 did not say. */
  readonly writer: EntryWriter;
  readonly auditId: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly environment: string;
  /** W3C trace id; null where the request carried none that could be read. */
  readonly traceId: string | null;
  /** The caller's own name for this request: its idempotency key. */
  readonly requestId: string | null;
  readonly run: string | null;
  readonly client: string | null;
  readonly keyid: string | null;
  readonly agent: string | null;
  readonly owner: string | null;
  /** The person whose own signed request this was. */
  readonly person: string | null;
  /** What the client said about the machine and the MCP host that it runs in; nothing rests on it. */
  readonly host: JsonObject | null;
  /** Remote address of the connection, a proxy's where one stands before; null for what the backend did by itself. */
  readonly source: string | null;
  /** Operation name, or `people.<verb>`, `oauth.token`, `refusals`. */
  readonly tool: string;
  readonly kind: Kind | 'person' | 'grant' | 'report' | 'noise' | 'system';
  /** `sha-256:<hex>` over salt and RFC 8785 text. */
  readonly argumentsDigest: string | null;
  readonly resultDigest: string | null;
  readonly decision: Decision | null;
  /** What determined the decision: policy rules, or `check:<name>` of the pipeline. */
  readonly rules: readonly string[];
  /** Every attribute that the decision read. */
  readonly decisionInput: JsonObject;
  readonly risk: Risk | null;
  readonly outcome: Outcome;
  readonly code: Code | null;
  /** Whether an earlier outcome was given again. */
  readonly repeated: boolean;
  readonly latencyMs: number;
  readonly plan: string | null;
  readonly approvals: readonly string[];
  readonly task: string | null;
  /** Further facts of this kind of entry (counts of noise, the pointers of a report). */
  readonly details: JsonObject;
}

/** What the author of an entry has to know; the rest is null, empty or filled in when it is written. */
export type EntryDraft = Pick<AuditEntry, 'tool' | 'kind' | 'outcome'> &
  Partial<
    Omit<AuditEntry, 'v' | 'writer' | 'auditId' | 'time' | 'environment' | 'argumentsDigest' | 'resultDigest'>
  > & {
    /** Number at the end of the id of the record that was asked for. */
    readonly recordNumber?: number | null;
    /** Records that it is about beside those that arguments, result and details name. */
    readonly resources?: readonly NamedResource[];
    /** Redacted already. */
    readonly arguments?: JsonValue;
    readonly result?: JsonValue;
  };
