import type { Tx } from '../database/database.ts';
import { skipTicketNumbers } from '../tickets/tickets-repository.ts';
import type { TicketRecord } from './read-tickets.ts';
import { batches } from './shelf.ts';

/** Inserts tickets that the store does not have, each with its thread; new ones get numbers behind theirs. */
export async function insertTickets(tx: Tx, tickets: readonly TicketRecord[]): Promise<void> {
  for (const batch of batches(tickets)) {
    await tx
      .insertInto('tickets')
      .values(
        batch.map(({ id, customerId, subject, status, priority, assignee, messages }) => ({
          id,
          version: 1,
          customer_id: customerId,
          subject,
          status,
          priority,
          assignee,
          created_at: messages[0]?.at ?? 0,
          updated_at: messages.at(-1)?.at ?? 0,
        })),
      )
      .execute();
  }
  const messages = tickets.flatMap((ticket) =>
    ticket.messages.map(({ from, kind, at, text }, index) => ({
      id: `${ticket.id}-${index + 1}`,
      ticket_id: ticket.id,
      position: index + 1,
      source: from,
      kind,
      body: text,
      plan_id: null,
      created_at: at,
    })),
  );
  for (const batch of batches(messages)) await tx.insertInto('ticket_messages').values(batch).execute();
  await skipTicketNumbers(tx);
}
