import { labelOutside, type Flag, type Outside } from '@narrow-deputies/contracts/outside';
import { SUBJECT_MAX } from '@narrow-deputies/contracts/tickets';
import type { Customer } from '../customers/customers-repository.ts';
import type { Ticket } from './tickets-repository.ts';

/** Most UTF-16 units that are shown of a company's or a person's name. */
const NAME_MAX = 200;

/** A customer as tickets show them. */
export interface ShownCustomer {
  readonly customerId: string;
  readonly untrusted: { readonly companyName: string; readonly contactName: string | null };
}

/** The subject of a ticket, labelled as text from outside: customers write subjects, and agents what they were told. */
export const labelSubject = ({ subject }: Pick<Ticket, 'subject'>): Outside<{ subject: string }> =>
  labelOutside({ subject }, SUBJECT_MAX);

/** Who a ticket is about, labelled; the flags stand beside. */
export function labelCustomer(customer: Customer): { customer: ShownCustomer; flags: Flag[] } {
  const { id: customerId, companyName, contactName } = customer;
  const { untrusted, flags } = labelOutside({ companyName, contactName }, NAME_MAX);
  return { customer: { customerId, untrusted }, flags };
}
