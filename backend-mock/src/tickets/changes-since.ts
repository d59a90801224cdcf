import type { JsonObject, JsonValue, ProblemDetail } from '@narrow-deputies/contracts';
import { ASSIGNEES, PRIORITIES, STATUSES } from '@narrow-deputies/contracts/tickets';
import * as z from 'zod';
import type { Tx } from '../database/database.ts';
import { countMessages } from './messages-repository.ts';
import type { Ticket } from './tickets-repository.ts';

/** What a plan keeps of the ticket that it saw, so that it can say later what is different. */
export const seenTicket = z.strictObject({
  status: z.enum(STATUSES),
  priority: z.enum(PRIORITIES),
  assignee: z.enum(ASSIGNEES).nullable(),
  messages: z.int(),
});
export type SeenTicket = z.infer<typeof seenTicket>;

export async function seeTicket(tx: Tx, { id, status, priority, assignee }: Ticket): Promise<SeenTicket> {
  return { status, priority, assignee, messages: await countMessages(tx, id) };
}

/** What a plan keeps of an order; minor units. */
export const seenOrder = z.strictObject({ total: z.int(), refunded: z.int() });
export type SeenOrder = z.infer<typeof seenOrder>;

const newMessages = (count: number): string =>
  count > 0 ? `${count} new message${count === 1 ? '' : 's'}` : `${-count} fewer messages`;

/** Which fields of a ticket are not what a plan saw. Pure; enumerated values and counts alone. */
export function ticketChanges(seen: SeenTicket, now: SeenTicket): ProblemDetail[] {
  const fields = (['status', 'priority', 'assignee'] as const)
    .filter((name) => seen[name] !== now[name])
    .map((name) => ({
      pointer: `/ticket/${name}`,
      message: `${name} was ${seen[name] ?? 'not set'}, is now ${now[name] ?? 'not set'}`,
    }));
  const more = now.messages - seen.messages;
  return more === 0 ? fields : [...fields, { pointer: '/ticket/messages', message: newMessages(more) }];
}

/** The same for the amounts of an order. Pure. */
export function orderChanges(seen: SeenOrder, now: SeenOrder, currency: string): ProblemDetail[] {
  return (['total', 'refunded'] as const)
    .filter((name) => seen[name] !== now[name])
    .map((name) => ({
      pointer: `/order/${name}`,
      message: `${name} was ${seen[name]}, is now ${now[name]} (minor units of ${currency})`,
    }));
}

/**
 * Which texts are not what a preview shows: their names, and never what they say. Pure.
 *
 * @param at pointer of the record that they belong to.
 */
export const textChanges = (at: string, shown: JsonValue | undefined, now: JsonObject): ProblemDetail[] =>
  Object.entries(now)
    .filter(([name, text]) => (shown as JsonObject | undefined)?.[name] !== text)
    .map(([name]) => ({ pointer: `${at}/${name}`, message: 'is not what this plan shows' }));
