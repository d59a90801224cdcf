type Status = 'open' | 'pending' | 'solved' | 'closed';
type Priority = 'low' | 'normal' | 'high' | 'urgent';
type Assignee = 'first-line' | 'billing' | 'shipping' | 'escalations' | null;

export interface MessageText {
  readonly from: 'customer' | 'staff';
  readonly kind: 'message' | 'reply' | 'note';
  readonly text: string;
}

/** A thread as it was written; `{order}` and `{earlier}` stand for the two newest orders of its customer at that time. */
export interface TicketText {
  readonly customerId: string;
  readonly status: Status;
  readonly priority: Priority;
  readonly assignee: Assignee;
  readonly subject: string;
  readonly messages: readonly MessageText[];
}

export const asks = (text: string): MessageText => ({ from: 'customer', kind: 'message', text });
export const replies = (text: string): MessageText => ({ from: 'staff', kind: 'reply', text });
export const notes = (text: string): MessageText => ({ from: 'staff', kind: 'note', text });

export const ticket = (
  customerId: string,
  [status, priority, assignee]: readonly [Status, Priority, Assignee],
  subject: string,
  ...messages: readonly MessageText[]
): TicketText => ({ customerId, status, priority, assignee, subject, messages });
