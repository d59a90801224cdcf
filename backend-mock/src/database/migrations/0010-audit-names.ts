import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { sql, type ColumnDefinitionBuilder, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { AuditEntry } from '../../audit/entry.ts';
import { namesOf, type NamedResource } from '../../audit/named.ts';
import { insertNames } from '../../audit/names-repository.ts';

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const BATCH = 500;

/** An entry as earlier versions wrote it, with what is left of its payload and the records of its plan. */
interface Written {
  readonly position: number;
  readonly time: number;
  readonly entry: string;
  readonly arguments: string | null;
  readonly result: string | null;
  readonly resources: string | null;
}

const json = (text: string | null): JsonValue | undefined =>
  text === null ? undefined : (JSON.parse(text) as JsonValue);

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
      const entry = JSON.parse(row.entry) as AuditEntry;
      const resources = (json(row.resources) ?? []) as unknown as NamedResource[];
      const names = namesOf(entry, {
        arguments: json(row.arguments) as JsonObject,
        result: json(row.result) as JsonObject,
        details: entry.details,
        resources,
      });
      await insertNames(db, row, names);
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
