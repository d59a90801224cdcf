import { EXAMPLE } from '../example-values.ts';
import { commitExample, LOW_RISK, planExample, type OperationExample } from './example.ts';

const untrusted = { companyName: 'Alder & Sons', contactName: 'Ada Alder', city: 'Leeds', country: 'UK' };

/** Examples of the customers' operations, by tool. */
export const CRM_EXAMPLES: Readonly<Record<string, OperationExample>> = {
  search_customers: {
    arguments: { query: 'alder' },
    answer: { customers: [{ customerId: 'C1001', untrusted, flags: [] }] },
  },
  get_customer: {
    arguments: { customerId: 'C1001' },
    answer: {
      customerId: 'C1001',
      untrusted: { ...untrusted, contactTitle: 'Owner', region: null },
      flags: [],
      contact: { email: 'a•••@•••.uk', phone: '•••29' },
      orderCount: 1,
      recentOrders: [
        {
          orderId: '50001',
          orderedOn: '2026-02-11',
          shippedOn: null,
          total: { amount: 44_000, currency: 'EUR' },
          refunded: 0,
        },
      ],
    },
  },
  plan_export_customers: {
    arguments: { filter: { country: 'UK' }, fields: ['customerId', 'companyName'] },
    answer: planExample(
      {
        action: 'export_customers',
        rowCount: 7,
        fields: ['customerId', 'companyName'],
        filter: { country: 'UK' },
        holdsContactData: false,
        fetchedBy: 'a person, once, within a day',
      },
      LOW_RISK,
    ),
  },
  commit_export_customers: commitExample({
    exportId: '0b7c2c1e-6f0a-4b41-9a2f-2d1c5f0f8a11',
    rowCount: 7,
    digest: EXAMPLE.contentDigest,
  }),
};
