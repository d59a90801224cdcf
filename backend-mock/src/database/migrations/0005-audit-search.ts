import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What people search entries by, beyond what was a column already; each repeats what the entry itself says. */
const COLUMNS = ['agent', 'outcome', 'keyid', 'trace_id'] as const;
const BATCH = 500;

interface Said {
  readonly agent?: string | null;
  readonly outcome?: string | null;
  readonly keyid?: string | null;
  readonly traceId?: string | null;
}

/** Reads the new columns out of entries that were written before; in batches, so that a long log needs little memory. */
async function fill(db: Kysely<unknown>): Promise<void> {
  for (let after = 0; ;) {
    const { rows } = await sql<{ position: number; entry: string }>`
      select position, entry from audit_entries where position > ${after} order by position limit ${sql.lit(BATCH)}
    `.execute(db);
    for (const { position, entry } of rows) {
      const said = JSON.parse(entry) as Said;
      await sql`
        update audit_entries set agent = ${said.agent ?? null}, outcome = ${said.outcome ?? null},
          keyid = ${said.keyid ?? null}, trace_id = ${said.traceId ?? null}
        where position = ${position}
      `.execute(db);
    }
    const last = rows.at(-1);
    if (!last) return;
    after = last.position;
  }
}

/** Lets people search the log by agent, tool, outcome, credential and trace at a cost that does not grow with it. */
export const auditSearch: Migration = {
  async up(db) {
    for (const column of COLUMNS) await db.schema.alterTable('audit_entries').addColumn(column, 'text').execute();
    await fill(db);
    const index = (name: string, columns: string[]): Promise<void> =>
      db.schema.createIndex(name).on('audit_entries').columns(columns).execute();
    await index('audit_by_agent', ['agent', 'time']);
    await index('audit_by_tool', ['tool', 'time']);
    await index('audit_by_outcome', ['outcome', 'time']);
    await index('audit_by_key', ['keyid', 'time']);
    await index('audit_by_trace', ['trace_id', 'time']);
    // Counts per hour are read from the index alone.
    await db.schema.dropIndex('audit_by_time').execute();
    await index('audit_by_time', ['time', 'agent', 'tool', 'outcome']);
  },
};
