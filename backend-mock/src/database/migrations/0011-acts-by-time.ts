import type { Migration } from 'kysely/migration';

/** An export finds what people signed by the time of its entry. */
export const actsByTime: Migration = {
  async up(db) {
    await db.schema.createIndex('person_acts_by_time').on('person_acts').column('created_at').execute();
  },
};
