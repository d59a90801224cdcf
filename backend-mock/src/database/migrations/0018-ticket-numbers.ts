import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Numbers of tickets are counted on from their own row alone: it has to be where the tickets are. */
export const ticketNumbers: Migration = {
  async up(db) {
    await sql`
      insert into sequences (name, value)
      select 'ticket', max(cast(id as bigint)) from tickets
      where ltrim(id, '0123456789') = '' and length(id) <= 15
      having count(*) > 0
      on conflict (name) do update set value = excluded.value where excluded.value > sequences.value`.execute(db);
  },
};
