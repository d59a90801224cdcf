import { sql, type ColumnDefinitionBuilder, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/*
 * Which names an entry has is written here as it was when this migration was made: what the backend names today must not
 * change what a store of then becomes.
 */

type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
type Fields = Readonly<Record<string, Value>>;

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const BATCH = 500;
const NAMES_AT_ONCE = 5_000;

/** An entry as earlier versions wrote it, with what is left of its payload and the records of its plan. */
interface Written {
  readonly position: number;
  readonly time: number;
  readonly entry: string;
  readonly arguments: string | null;
  readonly result: string | null;
  readonly resources: string | null;
}

interface Entry {
  readonly decision: string | null;
  readonly rules: readonly string[];
  readonly person: string | null;
  readonly task: string | null;
  readonly details?: Fields;
}

const json = (text: string | null): Value | undefined => (text === null ? undefined : (JSON.parse(text) as Value));

const TYPE_OF: ReadonlyMap<string, string> = new Map([
  ['slug', 'article'],
  ['customerId', 'customer'],
  ['orderId', 'order'],
  ['ticketId', 'ticket'],
]);
const TYPES: ReadonlySet<string> = new Set(TYPE_OF.values());
const KIND_OF: ReadonlyMap<string, string> = new Map([
  ['taskId', 'task'],
  ['exportId', 'export'],
  ['suspensionId', 'suspension'],
  ['invitationId', 'invitation'],
  ['personId', 'person'],
]);
const NAME = /^[^\p{C}]{1,200}$/u;
const DEPTH_MAX = 6;
const FOUND_MAX = 256;

type Add = (kind: string, name: Value | undefined) => void;

/** Kind and name of everything that an entry is found by, each once. */
function namesOf(entry: Entry, row: Written): (readonly [kind: string, name: string])[] {
  const found = new Map<string, readonly [string, string]>();
  const add: Add = (kind, name) => {
    if (typeof name === 'string' && NAME.test(name)) found.set(`${kind} ${name}`, [kind, name]);
  };
  for (const rule of entry.rules) add('rule', rule);
  if (entry.decision !== 'allow') add('decision', entry.decision ?? 'none');
  add('person', entry.person);
  add('task', entry.task);
  for (const value of [json(row.arguments), json(row.result), entry.details]) {
    collect(value, add, () => found.size < FOUND_MAX);
  }
  add('person', entry.details?.['person']);
  for (const { type, id } of (json(row.resources) ?? []) as { type: string; id: string }[])
    add('resource', `${type}:${id}`);
  return [...found.values()];
}

function collect(value: Value | undefined, add: Add, more: () => boolean, depth = DEPTH_MAX): void {
  if (typeof value !== 'object' || value === null || depth === 0 || !more()) return;
  if (Array.isArray(value)) {
    for (const item of value as readonly Value[]) collect(item, add, more, depth - 1);
    return;
  }
  const fields = value as Fields;
  addResource(fields, add);
  for (const [field, inner] of Object.entries(fields)) {
    if (field === 'untrusted') continue;
    const type = TYPE_OF.get(field);
    if (type !== undefined && typeof inner === 'string') add('resource', `${type}:${inner}`);
    const kind = KIND_OF.get(field);
    if (kind !== undefined) add(kind, inner);
    collect(inner, add, more, depth - 1);
  }
}

function addResource({ type, id, resourceType, resourceId }: Fields, add: Add): void {
  for (const [kind, name] of [
    [type, id],
    [resourceType, resourceId],
  ]) {
    if (typeof kind === 'string' && typeof name === 'string' && TYPES.has(kind)) add('resource', `${kind}:${name}`);
  }
}

/** Names the entries that were written before; in batches, so that a long log needs little memory. */
async function fill(db: Kysely<unknown>): Promise<void> {
  for (let after = 0; ;) {
    const { rows } = await sql<Written>`
      select entries.position, entries.time, entries.entry, payloads.arguments, payloads.result, plans.resources
      from audit_entries as entries
      left join audit_payloads as payloads on payloads.audit_id = entries.audit_id
      left join plans on plans.id = entries.plan_id and entries.served = 1
      where entries.position > ${after} order by entries.position limit ${sql.lit(BATCH)}`.execute(db);
    for (const row of rows) {
      const names = namesOf(JSON.parse(row.entry) as Entry, row);
      for (let start = 0; start < names.length; start += NAMES_AT_ONCE) {
        const values = names
          .slice(start, start + NAMES_AT_ONCE)
          .map(([kind, name]) => sql`(${kind}, ${name}, ${row.time}, ${row.position})`);
        await sql`insert into audit_names (kind, name, time, position) values ${sql.join(values)}
          on conflict do nothing`.execute(db);
      }
    }
    const last = rows.at(-1);
    if (!last) return;
    after = last.position;
  }
}

/** Lets people look for entries by rule, record, decision, person, task and code, and payloads go when their time is over. */
export const auditNames = (postgres: boolean): Migration => ({
  async up(db) {
    let table = db.schema
      .createTable('audit_names')
      .addColumn('kind', 'text', required)
      .addColumn('name', 'text', required)
      .addColumn('time', 'bigint', required)
      .addColumn('position', 'bigint', required)
      .addPrimaryKeyConstraint('audit_names_place', ['kind', 'name', 'time', 'position']);
    // The key is the whole row: one engine needs to be told not to keep it twice.
    if (!postgres) table = table.modifyEnd(sql`without rowid`);
    await table.execute();
    await fill(db);
    await sql`create index audit_by_code on audit_entries (code, time) where code is not null`.execute(db);
    await db.schema.alterTable('audit_payloads').addColumn('time', 'bigint').execute();
    await sql`update audit_payloads set time =
      (select time from audit_entries where audit_entries.audit_id = audit_payloads.audit_id)`.execute(db);
    await db.schema.createIndex('audit_payloads_by_time').on('audit_payloads').column('time').execute();
    await db.schema.alterTable('plans').addColumn('erased_at', 'bigint').execute();
  },
});
