import type { Order } from './orders.ts';
import type { Random } from './random.ts';
import type { MessageText, TicketText } from './ticket-text.ts';
import { TICKETS_1801 } from './tickets-1801.ts';
import { TICKETS_1813 } from './tickets-1813.ts';
import { TICKETS_1825 } from './tickets-1825.ts';
import { TICKETS_1837 } from './tickets-1837.ts';
import { TICKETS_1849 } from './tickets-1849.ts';
import { workingTime } from './working-time.ts';

const FIRST_ID = 1801;
const MINUTE_MS = 60_000;
/** The tickets spread over the six weeks before the last moment. */
const FIRST_MOMENT = Date.UTC(2026, 9, 5, 6, 40);
const LAST_MOMENT = Date.UTC(2026, 10, 16, 17, 30);
/** Nobody answers faster, in minutes. */
const PAUSE_LEAST = 4;

const TEXTS: readonly TicketText[] = [
  ...TICKETS_1801,
  ...TICKETS_1813,
  ...TICKETS_1825,
  ...TICKETS_1837,
  ...TICKETS_1849,
];

/** A ticket that is still without the numbers of its orders. */
export interface TicketDraft extends TicketText {
  readonly id: string;
  readonly createdAt: number;
  /** Whether it speaks of an order of these days. */
  readonly namesOrder: boolean;
}

export function draftTickets(random: Random): TicketDraft[] {
  const span = (LAST_MOMENT - FIRST_MOMENT) / TEXTS.length;
  return TEXTS.map((text, index) => ({
    ...text,
    id: String(FIRST_ID + index),
    createdAt: Math.floor((FIRST_MOMENT + span * index) / MINUTE_MS) * MINUTE_MS + random.between(0, 400 * 60) * 1000,
    namesOrder: JSON.stringify(text).includes('{order}'),
  }));
}

const TEAS = [
  'Assam',
  'Keemun',
  'Sencha',
  'Rooibos',
  'Mint',
  'Oolong',
  'Earl Grey',
  'Lapsang',
  'Chamomile',
  'Gunpowder',
];
const SHELVES = ['window', 'till', 'cellar', 'left wall', 'back room', 'ladder side'];

/** A list longer than one answer shows. */
const stockList = (random: Random): string =>
  Array.from({ length: 110 }, (_, index) => {
    const amount = `${random.between(1, 40)} x ${random.pick(TEAS)} ${random.pick([25, 50, 100, 250])} g`;
    return `${String(index + 1).padStart(3)}. ${amount}, ${random.pick(SHELVES)}, best before 2027-0${random.between(1, 9)}`;
  }).join('\n');

/** Minutes until somebody writes. */
function pause(random: Random, { from, kind }: MessageText): number {
  if (kind === 'note') return random.between(PAUSE_LEAST, 90);
  return from === 'staff' ? random.between(25, 300) : random.between(35, 1500);
}

function timesOf(random: Random, { createdAt, messages }: TicketDraft): number[] {
  let at = createdAt;
  return messages.map((message, index) => {
    if (index === 0) return at;
    const written = at + pause(random, message) * MINUTE_MS;
    const left = messages.length - 1 - index;
    const latest = LAST_MOMENT - left * PAUSE_LEAST * MINUTE_MS;
    at = Math.min(message.from === 'staff' ? workingTime(written) : written, latest) + random.between(0, 59) * 1000;
    return at;
  });
}

/** The tickets as the fixtures file has them. @throws Error where a text speaks of an order that its customer lacks. */
export function makeTickets(random: Random, drafts: readonly TicketDraft[], orders: readonly Order[]): object[] {
  return drafts.map((draft) => {
    const { id, customerId, subject, status, priority, assignee, messages, createdAt } = draft;
    const known = orders.filter((order) => order.customerId === customerId && order.orderedOn < createdAt);
    const [newest, earlier] = known.toReversed();
    const fill = (text: string): string =>
      text.replaceAll(/\{(order|earlier|stock)\}/g, (whole, name: string) => {
        const word = name === 'stock' ? stockList(random) : { order: newest, earlier }[name]?.id;
        if (word === undefined) throw new Error(`Ticket ${id} has no ${whole}.`);
        return word;
      });
    const times = timesOf(random, draft);
    return {
      id,
      customerId,
      subject: fill(subject),
      status,
      priority,
      assignee,
      messages: messages.map(({ from, kind, text }, place) => ({
        from,
        kind,
        at: new Date(times[place] ?? createdAt).toISOString(),
        text: fill(text),
      })),
    };
  });
}
