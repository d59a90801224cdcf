import type { Generated } from 'kysely';
import type { LogTables } from './log-schema.ts';
import type { PeopleTables } from './people-schema.ts';
import type { RecordTables } from './records-schema.ts';
import type { TaskTables } from './tasks-schema.ts';

/**
 * The rows, the same on both engines: `text` and `integer` alone. Times are integer milliseconds since the epoch, from the
 * database's clock wherever they decide anything. JSON is stored as text in RFC 8785 form where a digest covers it.
 */
export interface Tables extends LogTables, RecordTables, PeopleTables, TaskTables {
  settings: SettingsTable;
  people: PeopleTable;
  person_keys: PersonKeysTable;
  clients: ClientsTable;
  api_tokens: ApiTokensTable;
  suspensions: SuspensionsTable;
  grant_keys: GrantKeysTable;
  nonces: NoncesTable;
  limits: LimitsTable;
  idempotency: IdempotencyTable;
  plans: PlansTable;
  plan_contents: PlanContentsTable;
  approvals: ApprovalsTable;
  audit_entries: AuditEntriesTable;
  audit_payloads: AuditPayloadsTable;
  audit_names: AuditNamesTable;
  refusal_counts: RefusalCountsTable;
  articles: ArticlesTable;
  policies: PoliciesTable;
}

/** Facts about the store itself: its environment, the highest time ever seen. */
export interface SettingsTable {
  name: string;
  value: string;
}

export interface PeopleTable {
  /** Pseudonymous; the only form in which a person appears in grants and in the audit log. */
  id: string;
  /** Compared by its folded form (NFKC, lower case), so that look-alike names cannot count twice. */
  name: string;
  folded_name: string;
  /** JSON array of role names. */
  roles: string;
  state: 'active' | 'removed';
  created_at: number;
}

export interface PersonKeysTable {
  keyid: string;
  person_id: string;
  /** Base64url `x` of the Ed25519 public JWK. */
  public_x: string;
  assurance: 'simulated';
  state: 'active' | 'revoked';
  created_at: number;
}

/** To whom each client id belongs, for good; a token of another owner or agent is none of that client. */
export interface ClientsTable {
  client_id: string;
  owner_id: string;
  agent: string;
  created_at: number;
}

export interface ApiTokensTable {
  keyid: string;
  client_id: string;
  environment: string;
  public_x: string;
  agent: string;
  owner_id: string;
  /** JSON array of scopes. */
  scopes: string;
  state: 'active' | 'revoked';
  created_at: number;
  expires_at: number;
}

/** Stops that people made; one stands while `resumed_at` is null. */
export interface SuspensionsTable {
  id: string;
  kind: 'token' | 'agent' | 'tool' | 'everything';
  /** Keyid, role or tool; empty for everything. */
  target: string;
  reason: string | null;
  suspended_by: string;
  suspended_at: number;
  resumed_by: string | null;
  resumed_at: number | null;
  resume_reason: string | null;
}

/** Public halves of the keys that sign grants; the private halves live in the memory of one process each. */
export interface GrantKeysTable {
  kid: string;
  public_x: string;
  expires_at: number;
}

export interface NoncesTable {
  keyid: string;
  nonce: string;
  expires_at: number;
}

/** GCRA: the theoretical arrival time of each limited key, in milliseconds. */
export interface LimitsTable {
  key: string;
  tat: number;
}

export interface IdempotencyTable {
  client_id: string;
  owner_id: string;
  tool: string;
  key: string;
  arguments_digest: string;
  /** The successful answer as JSON; null only inside the transaction that is still running. */
  outcome: string | null;
  expires_at: number;
}

export type PlanState =
  | 'planned'
  | 'pending_approval'
  | 'released'
  | 'committed'
  | 'rejected'
  | 'expired'
  | 'revoked'
  | 'stale';

export interface PlansTable {
  id: string;
  plan_tool: string;
  commit_tool: string;
  client_id: string;
  keyid: string;
  owner_id: string;
  agent: string;
  environment: string;
  run_id: string | null;
  task_id: string | null;
  trace_id: string;
  state: PlanState;
  digest: string;
  /** The digest without the expiry: identical open plans share it. */
  fingerprint: string;
  /** The exact text that `digest` covers. */
  digest_input: string;
  arguments: string;
  /** JSON array of `{type,id,version}`, in id order. */
  resources: string;
  preview: string;
  shown_digest: string;
  /** JSON: the decision at plan time. */
  decision: string;
  risk: string;
  created_at: number;
  expires_at: number;
  committed_at: number | null;
  receipt: string | null;
  /** When arguments, preview and contents were erased; never those of a plan that was committed. */
  erased_at: number | null;
}

/** The exact bytes that a plan carries, base64. */
export interface PlanContentsTable {
  plan_id: string;
  name: string;
  digest: string;
  content: string;
}

export interface ApprovalsTable {
  id: string;
  plan_id: string;
  person_id: string;
  keyid: string;
  decision: 'approve' | 'reject';
  reason: string | null;
  assurance: 'simulated' | 'passkey';
  /** JSON: all that is needed to verify the person's signature again. */
  evidence: string;
  created_at: number;
}

export interface AuditEntriesTable {
  /** Order of writing within one database. */
  position: Generated<number>;
  /** Place in the transparency log; null until it is sequenced, then for good. */
  log_index: Generated<number | null>;
  audit_id: string;
  time: number;
  tool: string;
  code: string | null;
  client_id: string | null;
  owner_id: string | null;
  plan_id: string | null;
  /** Role of the agent. */
  agent: string | null;
  outcome: string | null;
  keyid: string | null;
  trace_id: string | null;
  run_id: string | null;
  /** Equal for calls with the same tool and arguments while one key lasts. */
  sameness: string | null;
  /** 1 where a call had its effect for the first time. */
  served: number;
  /** Records that the answer showed. */
  records: number;
  risk: number;
  /** 1 where the answer held text from outside. */
  outside: number;
  /** Number at the end of the id of the record that was asked for. */
  record_number: number | null;
  /** How many refusals the entry stands for: more than 1 only where a server reported several at once. */
  refusals: Generated<number>;
  /** The entry in its final form: canonical JSON. */
  entry: string;
  /** Proves that a process with the log's key wrote it (`EntrySeal`); null for one from before version 2. */
  mac: string | null;
  /** Why it gets no place in the log, for good; null for an entry that is none of that. */
  refused: Generated<string | null>;
}

/** Policies in the order of their activation; the last one of an environment is active. */
export interface PoliciesTable {
  position: Generated<number>;
  /** `sha-256:<hex>` of `content`. */
  digest: string;
  environment: string;
  name: string;
  /** Canonical JSON of the policy's text and its risk packs. */
  content: string;
  /** Person; null where a first start or a changed file in development did it. */
  activated_by: string | null;
  activated_at: number;
  audit_id: string;
  /** Proves that a process with the log's key activated it (`EntrySeal`). */
  mac: string | null;
}

/** What entries are found by beside their columns; see `audit/named.ts`. Time and position are the entry's own. */
export interface AuditNamesTable {
  kind: string;
  name: string;
  time: number;
  position: number;
}

export interface AuditPayloadsTable {
  audit_id: string;
  /** The entry's own; null only where its entry was gone when this column came. */
  time: number | null;
  /** 32 random bytes, base64url; erased together with what it salts. */
  salt: string;
  arguments: string | null;
  result: string | null;
}

export interface RefusalCountsTable {
  audit_id: string;
  source: string;
  code: string;
  minute: number;
  count: number;
  first_at: number;
  last_at: number;
  sample_digest: string;
  route: string;
}

export interface ArticlesTable {
  /** The slug. */
  id: string;
  version: number;
  state: 'published' | 'unpublished';
  filename: string;
  title: string;
  description: string | null;
  date: string | null;
  /** JSON array. */
  tags: string;
  /** The exact bytes of the draft, base64. */
  content: string;
  content_digest: string;
  /** Sanitised. */
  html: string;
  published_at: number;
  updated_at: number;
}
