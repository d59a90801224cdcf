import type { CreateTicketPreview, ReplyPreview, UpdateTicketPreview } from '@narrow-deputies/contracts/tickets';
import { html, type Html } from '../../html.ts';
import { exactly, facts, isolated } from './texts.ts';

type Row = readonly [string, string | undefined];

/** Whom it is about. Names come from outside. */
export const customerRows = ({ customerId, untrusted }: CreateTicketPreview['customer']): Row[] => [
  ['customer', customerId],
  ['company (from outside)', untrusted.companyName],
  ['contact (from outside)', untrusted.contactName ?? undefined],
];

/** Before and after, side by side. */
export const updatePreviewOf = ({ ticketId, untrusted, changes, note }: UpdateTicketPreview): Html =>
  html`${facts([
    ['ticket', ticketId],
    ['subject (from outside)', untrusted.subject],
  ])}
  ${
    changes.length > 0 &&
    html`<table class="stack">
      <caption>
        What changes
      </caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        ${changes.map(
          ({ field, before, after }) =>
            html`<tr>
              <th scope="row">${field}</th>
              <td data-label="Before">${isolated(before ?? '-')}</td>
              <td data-label="After"><strong>${isolated(after)}</strong></td>
            </tr>`,
        )}
      </tbody>
    </table>`
  }
  ${
    note !== null &&
    html`<h3>Note for staff; the customer does not see it</h3>
      ${exactly(note)}`
  }`;

/** The answer as its reader gets it. */
export const replyPreviewOf = ({ to, text, untrusted, ticketId, messagesBefore }: ReplyPreview): Html =>
  html`<h3>What the customer reads, word for word</h3>
    <div class="letter">${exactly(text)}</div>
    ${facts([
      ...customerRows(to),
      ['email address', to.email ?? 'none is known'],
      ['ticket', ticketId],
      ['subject (from outside)', untrusted.subject],
      ['messages before', String(messagesBefore)],
    ])}`;

export const createPreviewOf = ({ customer, subject, text, status, priority }: CreateTicketPreview): Html =>
  html`${facts([['subject', subject], ...customerRows(customer), ['priority', priority], ['status', status]])}
    <h3>Text for staff; the customer does not see it</h3>
    ${exactly(text)}`;
