import type { Assignee, Priority, Status } from '@narrow-deputies/contracts/tickets';

/** Records of the company that the agents work for: customers and their orders, tickets, what was paid back, exports. */
export interface RecordTables {
  customers: CustomersTable;
  orders: OrdersTable;
  tickets: TicketsTable;
  ticket_messages: TicketMessagesTable;
  refunds: RefundsTable;
  exports: ExportsTable;
  sequences: SequencesTable;
}

export interface CustomersTable {
  id: string;
  version: number;
  company_name: string;
  contact_name: string | null;
  contact_title: string | null;
  address: string | null;
  city: string | null;
  region: string | null;
  postal_code: string | null;
  country: string | null;
  phone: string | null;
  fax: string | null;
  email: string | null;
  /** Id, company, contact, city and country in the folded form that searches compare, a line each. */
  search_text: string;
  created_at: number;
  updated_at: number;
}

export interface OrdersTable {
  id: string;
  version: number;
  customer_id: string;
  /** Calendar dates, `YYYY-MM-DD`. */
  ordered_on: string;
  required_on: string | null;
  shipped_on: string | null;
  ship_city: string | null;
  ship_country: string | null;
  /** Minor units of `currency`. */
  freight: number;
  total: number;
  /** ISO 4217. */
  currency: string;
  created_at: number;
  updated_at: number;
}

export interface TicketsTable {
  id: string;
  version: number;
  customer_id: string;
  subject: string;
  status: Status;
  priority: Priority;
  assignee: Assignee | null;
  created_at: number;
  updated_at: number;
}

/** What was said on a ticket, in order: the customer's messages, replies to the customer, internal notes. */
export interface TicketMessagesTable {
  id: string;
  ticket_id: string;
  /** From 1, without gaps; taken under the ticket's version. */
  position: number;
  source: 'customer' | 'staff' | 'agent';
  kind: 'message' | 'reply' | 'note';
  body: string;
  /** The plan that wrote it. */
  plan_id: string | null;
  created_at: number;
}

export interface RefundsTable {
  id: string;
  order_id: string;
  ticket_id: string;
  /** One refund for one plan, whatever else fails. */
  plan_id: string;
  /** Minor units of `currency`. */
  amount: number;
  currency: string;
  reason: string;
  created_at: number;
}

/** A file that waits for a person; its content is erased when it was fetched or its day is over. */
export interface ExportsTable {
  id: string;
  plan_id: string;
  client_id: string;
  owner_id: string;
  row_count: number;
  /** Of the file's bytes. */
  digest: string;
  /** Base64. */
  content: string | null;
  created_at: number;
  expires_at: number;
  fetched_at: number | null;
  fetched_by: string | null;
}

/** The last number given out, by what it counts. */
export interface SequencesTable {
  name: string;
  value: number;
}
