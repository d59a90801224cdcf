import { sql } from 'kysely';
import type { Tx } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

type Row = Tables['ticket_messages'];

/** One message of a thread, whoever wrote it. */
export interface Message {
  readonly source: Row['source'];
  readonly kind: Row['kind'];
  /** The text, or as much of its beginning as was asked for. */
  readonly text: string;
  /** Whether the text goes on. */
  readonly goesOn: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export async function countMessages(tx: Tx, ticketId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('ticket_messages')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('ticket_id', '=', ticketId)
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * The newest messages of a thread, newest first.
 *
 * @param characters the most that is read of each text, in code points.
 */
export async function newestMessages(
  tx: Tx,
  ticketId: string,
  limit: number,
  characters: number,
): Promise<readonly Message[]> {
  const rows = await tx
    .selectFrom('ticket_messages')
    .select([
      'source',
      'kind',
      'created_at',
      sql<string>`substr(body, 1, ${sql.lit(characters)})`.as('text'),
      sql<number>`length(body)`.as('length'),
    ])
    .where('ticket_id', '=', ticketId)
    .orderBy('position', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ source, kind, created_at: createdAt, text, length }) => ({
    source,
    kind,
    text,
    goesOn: length > characters,
    createdAt,
  }));
}

export interface NewMessage {
  readonly id: string;
  readonly ticketId: string;
  readonly kind: 'reply' | 'note';
  readonly text: string;
  /** The plan that writes it. */
  readonly planId: string;
}

/**
 * Adds what an agent wrote at the end of a thread. The ticket's version was taken before, so nobody else is adding.
 *
 * @throws the engine's unique violation when somebody is all the same.
 */
export async function appendMessage(tx: Tx, message: NewMessage, now: number): Promise<void> {
  const { id, ticketId, kind, text, planId } = message;
  await sql`
    insert into ticket_messages (id, ticket_id, position, source, kind, body, plan_id, created_at)
    select ${id}, ${ticketId}, coalesce(max(position), 0) + 1, 'agent', ${kind}, ${text}, ${planId},
      cast(${now} as bigint)
    from ticket_messages where ticket_id = ${ticketId}`.execute(tx);
}
