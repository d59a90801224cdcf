/** What people approved before it was planned. */
export interface TaskTables {
  tasks: TasksTable;
}

/** Some changes of one record, for one agent, up to a bound, until a time. Its terms are what the evidence says. */
export interface TasksTable {
  /** Follows from `evidence`: one signed act is one task. */
  id: string;
  owner_id: string;
  client_id: string;
  /** Role that the client had when this was granted. */
  agent: string;
  /** JSON array of names of commit tools, sorted. */
  tools: string;
  resource_type: string;
  resource_id: string;
  /** JSON pointer to the argument that is added up; null, as currency and maximum, where no tool moves money. */
  sum_pointer: string | null;
  /** ISO 4217. */
  currency: string | null;
  /** Minor units of `currency`. */
  sum_maximum: number | null;
  spent: number;
  /** Null = as often as the sum and the time allow. */
  uses_maximum: number | null;
  uses: number;
  reason: string;
  state: 'active' | 'revoked';
  created_by: string;
  keyid: string;
  /** JSON: all that is needed to verify the person's signature again. */
  evidence: string;
  created_at: number;
  expires_at: number;
  revoked_by: string | null;
  revoked_at: number | null;
  version: number;
}
