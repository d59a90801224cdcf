import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../database/database.ts';
import type { AuditEntry, Decision, Outcome } from './entry.ts';
import { resourceName, type Name, type NamedResource } from './named.ts';

/** What people look for; everything that is given has to hold. Times in milliseconds since the epoch, both inclusive. */
export interface EntrySearch {
  readonly agent?: string | undefined;
  /** Pseudonymous id of the person that an agent acted for. */
  readonly owner?: string | undefined;
  /** Pseudonymous id of somebody who acted, or whom an act was about. */
  readonly person?: string | undefined;
  readonly client?: string | undefined;
  readonly run?: string | undefined;
  /** Any one of them. */
  readonly tools?: readonly string[] | undefined;
  readonly decision?: Decision | undefined;
  readonly outcome?: Outcome | undefined;
  readonly code?: string | undefined;
  readonly rule?: string | undefined;
  readonly resource?: NamedResource | undefined;
  readonly traceId?: string | undefined;
  readonly plan?: string | undefined;
  readonly task?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Position of the last entry that was seen: what comes is older. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface FoundEntry {
  /** Stays with the entry for good. */
  readonly position: number;
  readonly entry: AuditEntry;
}

/** Fewer than the parts that either engine takes in one statement. */
const PARTS_MAX = 100;

/**
 * Entries by what they say, newest first; of one moment, the later written one first. What is looked for is read from an
 * index in this order, as far as the page goes: a tool at a time where there are several.
 */
export async function searchEntries(tx: Tx, search: EntrySearch): Promise<FoundEntry[]> {
  if (search.tools?.length === 0) return [];
  const last = search.before === undefined ? undefined : await placeOf(tx, search.before);
  if (last === null) return [];
  const { rows } = await searchStatement(search, last).execute(tx);
  return rows.map(({ position, entry }) => ({ position, entry: JSON.parse(entry) as AuditEntry }));
}

/** The statement of a search, after the place that the page before ended at. */
export function searchStatement(search: EntrySearch, last?: Place): RawBuilder<{ position: number; entry: string }> {
  const { tools, limit } = search;
  const few = tools !== undefined && tools.length > 1 && tools.length <= PARTS_MAX && !isNarrow(search);
  const parts = few ? tools.map((tool) => places({ ...search, tools: [tool] }, last)) : [places(search, last)];
  return sql`
    select entries.position, entries.entry
    from (${sql.join(
      parts.map((part) => sql`select * from (${part}) as part`),
      sql` union all `,
    )}) as found
    join audit_entries as entries on entries.position = found.position
    order by found.time desc, found.position desc limit ${sql.lit(limit)}`;
}

interface Place {
  readonly time: number;
  readonly position: number;
}

/** @returns null for a position that no entry has. */
async function placeOf(tx: Tx, position: number): Promise<Place | null> {
  const row = await tx.selectFrom('audit_entries').select('time').where('position', '=', position).executeTakeFirst();
  return row ? { time: row.time, position } : null;
}

/** Whether something is looked for that few entries say: then their tools are compared one by one. */
const isNarrow = (search: EntrySearch): boolean =>
  namesAsked(search).length > 0 || [search.traceId, search.plan, search.run].some((asked) => asked !== undefined);

/** What stands beside entries; the first of them leads, the others are looked up for each that it leads to. */
function namesAsked({ rule, resource, person, task, decision }: EntrySearch): Name[] {
  return [
    ...(task === undefined ? [] : [{ kind: 'task', name: task } as const]),
    ...(resource ? [{ kind: 'resource', name: resourceName(resource) } as const] : []),
    ...(rule === undefined ? [] : [{ kind: 'rule', name: rule } as const]),
    ...(person === undefined ? [] : [{ kind: 'person', name: person } as const]),
    ...(decision === undefined || decision === 'allow' ? [] : [{ kind: 'decision', name: decision } as const]),
  ];
}

/** Time and position of one page, in order. */
function places(search: EntrySearch, last: Place | undefined): RawBuilder<unknown> {
  const [leading, ...others] = namesAsked(search);
  const at = sql.raw(leading ? 'place' : 'entry');
  const conditions = [
    ...(leading ? [sql`place.kind = ${leading.kind} and place.name = ${leading.name}`] : []),
    ...others.map((name) => isNamed(sql`= ${name.name}`, name.kind)),
    // To be allowed is no name of an entry: what is any other decision has one.
    ...(search.decision === 'allow'
      ? [sql`not ${isNamed(sql`in ('deny', 'require_approval', 'none')`, 'decision')}`]
      : []),
    ...columnConditions(search),
    ...(search.from === undefined ? [] : [sql`${at}.time >= ${search.from}`]),
    ...(search.to === undefined ? [] : [sql`${at}.time <= ${search.to}`]),
    ...(last ? [sql`(${at}.time, ${at}.position) < (${last.time}, ${last.position})`] : []),
  ];
  const from = leading
    ? sql`audit_names as place join audit_entries as entry on entry.position = place.position`
    : sql`audit_entries as entry`;
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
  return sql`select ${at}.time as time, ${at}.position as position from ${from} ${where}
    order by ${at}.time desc, ${at}.position desc limit ${sql.lit(search.limit)}`;
}

const isNamed = (name: RawBuilder<unknown>, kind: Name['kind']): RawBuilder<boolean> => sql`exists (
  select 1 from audit_names as other
  where other.kind = ${kind} and other.name ${name} and other.time = entry.time and other.position = entry.position)`;

function columnConditions(search: EntrySearch): RawBuilder<unknown>[] {
  const { agent, owner, client, run, tools, outcome, code, traceId, plan } = search;
  const columns = {
    agent,
    owner_id: owner,
    client_id: client,
    run_id: run,
    outcome,
    code,
    trace_id: traceId,
    plan_id: plan,
  };
  const asked = Object.entries(columns).filter(([, value]) => value !== undefined);
  return [
    ...asked.map(([column, value]) => sql`${sql.ref(`entry.${column}`)} = ${value}`),
    ...(tools ? [sql`entry.tool in (${sql.join(tools)})`] : []),
  ];
}
