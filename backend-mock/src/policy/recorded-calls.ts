import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import type { RecordedCall, RecordedVerdict } from '@narrow-deputies/policy';
import type { AuditEntry } from '../audit/entry.ts';
import { refusalsOf } from '../audit/self-reported.ts';
import type { Database } from '../database/database.ts';

const PAGE = 1000;
const AGENT_KINDS: ReadonlySet<AuditEntry['kind']> = new Set(['read', 'plan', 'commit', 'report', 'grant']);

/** Calls of agents in one stretch of the log. */
export interface Stretch {
  /** Milliseconds since the epoch; `from` is included, `to` is not. */
  readonly from: number;
  readonly to: number;
  /** Position that all are behind, where not all of them are asked for. */
  readonly after?: number;
}

/** @returns how many entries there are, for a progress bar. */
export async function countEntries(database: Database, { from, to }: Stretch): Promise<number> {
  const row = await database.db
    .selectFrom('audit_entries')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('time', '>=', from)
    .where('time', '<', to)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Reads the log in the order in which it was written, page by page. Entries that are no agent's call are undefined. */
export async function* recordedCalls(
  database: Database,
  { from, to, after: start = 0 }: Stretch,
): AsyncGenerator<RecordedCall | undefined> {
  for (let after = start; ;) {
    const rows = await database.db
      .selectFrom('audit_entries')
      .select(['position', 'entry'])
      .where('position', '>', after)
      .where('time', '>=', from)
      .where('time', '<', to)
      .orderBy('position')
      .limit(PAGE)
      .execute();
    for (const { entry } of rows) yield recordedCall(JSON.parse(entry) as AuditEntry);
    const last = rows.at(-1);
    if (!last) return;
    after = last.position;
  }
}

/** One entry as policy sees it; undefined for what no agent did. Pure. */
export function recordedCall(entry: AuditEntry): RecordedCall | undefined {
  const { client, tool, kind, decisionInput: input } = entry;
  if (!AGENT_KINDS.has(kind) || client === null) return undefined;
  // A grant that was refused may not have come to the agent and the owner behind the client.
  const [agent, owner] = [entry.agent ?? '', entry.owner ?? ''];
  const time = Date.parse(entry.time);
  const call = {
    time,
    tool,
    client,
    agent,
    owner,
    ownerRoles: list(input['ownerRoles']),
    run: entry.run,
    task: input['task'] === true,
    arguments: object(input['arguments']),
    contentFlags: count(input['contentFlags']),
    sameness: typeof input['sameness'] === 'string' ? input['sameness'] : '',
  };
  const outcome = outcomeOf(entry);
  return {
    id: entry.auditId,
    call,
    verdict: entry.repeated ? null : verdictOf(entry.details['verdict']),
    event: outcome && {
      outcome,
      ...(outcome === 'denied' && { count: refusalsOf(entry) }),
      records: count(entry.details['records']),
      outside: entry.details['outside'] === true,
    },
  };
}

function outcomeOf({ outcome, repeated }: AuditEntry): 'served' | 'denied' | null {
  if (outcome === 'refused') return 'denied';
  return outcome === 'succeeded' && !repeated ? 'served' : null;
}

const EFFECTS: ReadonlySet<unknown> = new Set(['allow', 'require_approval', 'deny']);
const LEVELS: ReadonlySet<unknown> = new Set(['none', 'owner', 'reviewer', 'two_reviewers']);

function verdictOf(value: JsonValue | undefined): RecordedVerdict | null {
  const { effect, approval, rules } = object(value);
  if (!EFFECTS.has(effect) || !LEVELS.has(approval)) return null;
  return { effect, approval, rules: list(rules) } as RecordedVerdict;
}

const object = (value: JsonValue | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
const list = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
const count = (value: JsonValue | undefined): number => (typeof value === 'number' ? value : 0);
