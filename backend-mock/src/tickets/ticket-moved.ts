import type { JsonObject, ProblemDetail } from '@narrow-deputies/contracts';
import type { Tx } from '../database/database.ts';
import { seeTicket, textChanges, ticketChanges, type SeenTicket } from './changes-since.ts';
import { labelSubject } from './shown-ticket.ts';
import { findTicket } from './tickets-repository.ts';

/** What of a ticket is not as a plan saw and showed it; nothing for one that is gone, which its version says. */
export async function changesOf(
  tx: Tx,
  ticketId: string,
  seen: SeenTicket,
  preview: JsonObject,
): Promise<ProblemDetail[]> {
  const ticket = await findTicket(tx, ticketId);
  if (!ticket) return [];
  return [
    ...ticketChanges(seen, await seeTicket(tx, ticket)),
    ...textChanges('/ticket', preview['untrusted'], labelSubject(ticket).untrusted),
  ];
}
