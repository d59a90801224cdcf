import { CUSTOMERS, type CustomerLine } from './customers.ts';
import type { Random } from './random.ts';
import type { TicketDraft } from './tickets.ts';

const DAY_MS = 86_400_000;
const FIRST_ID = 50_001;
const COUNT = 200;
const FIRST_DAY = Date.UTC(2026, 0, 8);
const LAST_DAY = Date.UTC(2026, 10, 13);
/** Every customer with orders has one that is at least this old. */
const OLD_DAY = Date.UTC(2026, 8, 20);
/** Has none. */
const WITHOUT_ORDERS = 'C1050';

/** Prices of a tin, a bag or a box, in cents. */
const PRICES = [390, 490, 650, 720, 820, 990, 1290, 1450, 1850, 2400, 3200, 4600] as const;
const FREIGHT = [0, 490, 690, 1250, 1490, 1875, 2640, 3950] as const;

export const ORDER_HEADER = [
  'OrderID',
  'CustomerID',
  'OrderDate',
  'RequiredDate',
  'ShippedDate',
  'Freight',
  'ShipCity',
  'ShipCountry',
  'Total',
] as const;

export interface Order {
  readonly id: string;
  readonly customerId: string;
  /** Milliseconds of a day's beginning. */
  readonly orderedOn: number;
  readonly requiredOn: number;
  readonly shippedOn: number | undefined;
  /** Cents. */
  readonly freight: number;
  readonly total: number;
  readonly city: string;
  readonly country: string;
}

type Draft = Omit<Order, 'id'>;

const day = (month: number, date: number): number => Date.UTC(2026, month - 1, date);

/** The order of which four tins arrived crushed, and its ticket. */
const CRUSHED_TICKET = '1842';
const CRUSHED = {
  customerId: 'C1009',
  orderedOn: day(10, 20),
  requiredOn: day(11, 6),
  shippedOn: day(10, 30),
  freight: 1490,
  total: 48_600,
};

const placeOf = (customer: CustomerLine): { city: string; country: string } => ({
  city: customer[5] ?? '',
  country: customer[8] ?? '',
});

function draftOf(random: Random, customer: CustomerLine, orderedOn: number): Draft {
  const sent = orderedOn + DAY_MS * random.between(1, 5);
  // A few stay behind, as they do.
  const isSent = sent <= LAST_DAY && random.between(1, 30) > 1;
  let total = 0;
  for (let lines = random.between(1, 6); lines > 0; lines--) total += random.between(1, 24) * random.pick(PRICES);
  return {
    customerId: customer[0] ?? '',
    orderedOn,
    requiredOn: orderedOn + DAY_MS * random.between(10, 28),
    shippedOn: isSent ? sent : undefined,
    freight: random.pick(FREIGHT),
    total,
    ...placeOf(customer),
  };
}

const startOfDay = (at: number): number => at - (at % DAY_MS);
const anyDay = (random: Random, last: number): number =>
  FIRST_DAY + DAY_MS * random.between(0, (last - FIRST_DAY) / DAY_MS);

/** Invented orders of the invented customers, in the order of their days, among them those that the tickets speak of. */
export function makeOrders(random: Random, tickets: readonly TicketDraft[]): Order[] {
  const buyers = CUSTOMERS.filter(([id]) => id !== WITHOUT_ORDERS);
  const buyer = (wanted: string): CustomerLine => buyers.find(([id]) => id === wanted) ?? [];
  const drafts: Draft[] = [];
  for (const { id, customerId, createdAt, namesOrder } of tickets) {
    if (id === CRUSHED_TICKET) drafts.push({ ...CRUSHED, ...placeOf(buyer(customerId)) });
    else if (namesOrder) {
      drafts.push(draftOf(random, buyer(customerId), startOfDay(createdAt) - DAY_MS * random.between(7, 16)));
    }
  }
  // Nothing newer may come between a ticket and its order.
  const named = drafts.map(({ customerId, orderedOn }) => ({ customerId, orderedOn }));
  const isRival = ({ customerId, orderedOn }: Draft): boolean =>
    named.some((other) => other.customerId === customerId && orderedOn >= other.orderedOn);
  for (const customer of buyers) drafts.push(draftOf(random, customer, anyDay(random, OLD_DAY)));
  while (drafts.length < COUNT) {
    const draft = draftOf(random, random.pick(buyers), anyDay(random, LAST_DAY));
    if (!isRival(draft)) drafts.push(draft);
  }
  return drafts
    .toSorted((a, b) => a.orderedOn - b.orderedOn)
    .map((draft, index) => ({ id: String(FIRST_ID + index), ...draft }));
}

const calendarDay = (at: number | undefined): string =>
  at === undefined ? '' : new Date(at).toISOString().slice(0, 10);

/** Decimal with two places, by digits alone. */
const decimal = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;

export const orderLine = (order: Order): string[] => [
  order.id,
  order.customerId,
  calendarDay(order.orderedOn),
  calendarDay(order.requiredOn),
  calendarDay(order.shippedOn),
  decimal(order.freight),
  order.city,
  order.country,
  decimal(order.total),
];
