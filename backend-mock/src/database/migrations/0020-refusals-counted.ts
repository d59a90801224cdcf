import type { Migration } from 'kysely/migration';

/** An entry may stand for several refusals that a server reported at once. Every earlier entry stands for one. */
export const refusalsCounted: Migration = {
  async up(db) {
    await db.schema
      .alterTable('audit_entries')
      .addColumn('refusals', 'integer', (column) => column.notNull().defaultTo(1))
      .execute();
    // Counts per hour are read from the index alone, as before.
    await db.schema.dropIndex('audit_by_time').execute();
    await db.schema
      .createIndex('audit_by_time')
      .on('audit_entries')
      .columns(['time', 'agent', 'tool', 'outcome', 'refusals'])
      .execute();
  },
};
