import type { Migration } from 'kysely/migration';

/** A link can be taken back before it is used. */
export const closedInvitations: Migration = {
  async up(db) {
    await db.schema.alterTable('invitations').addColumn('closed_at', 'bigint').execute();
  },
};
