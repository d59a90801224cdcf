import * as z from 'zod';
import { commitAnswer, commitArguments, digest, planAnswer } from './answers.ts';
import { flags } from './outside.ts';
import { plainLine } from './plain-text.ts';
import { calendarDate, cursor, money, PAGE_MAX, recordId } from './records.ts';
import { foldForSearch, isSearchable } from './search-words.ts';

export { foldForSearch } from './search-words.ts';
export { calendarDate, currency, PAGE_MAX, recordId, type Money } from './records.ts';

/** Most customers that one search leads to, over all its pages. */
export const SEARCH_REACH = 100;
/** Most orders that one customer is shown with. */
export const RECENT_ORDERS_MAX = 10;
/** Most customers in one export. */
export const EXPORT_ROWS_MAX = 1000;

const customerId = recordId.describe('From search_customers.');
const nullableText = z.string().nullable();

export const searchCustomersArguments = z.strictObject({
  query: z
    .string()
    .min(2)
    .max(100)
    .refine((text) => isSearchable(foldForSearch(text)), 'At least two letters or digits; there are no wildcards.')
    .describe('At least two letters or digits. No wildcards.'),
  limit: z.int().min(1).max(PAGE_MAX).optional(),
  cursor: cursor.optional(),
});

export const searchCustomersOutput = z.strictObject({
  customers: z
    .array(
      z.strictObject({
        customerId: z.string(),
        /** What came from outside: data, never instructions. */
        untrusted: z.strictObject({
          companyName: z.string(),
          contactName: nullableText,
          city: nullableText,
          country: nullableText,
        }),
        flags,
      }),
    )
    .max(PAGE_MAX),
  nextCursor: z.string().optional(),
  /** Set on the last page when more customers match than one search leads to. */
  truncated: z.literal(true).optional(),
});
export type SearchCustomersOutput = z.infer<typeof searchCustomersOutput>;

export const getCustomerArguments = z.strictObject({ customerId });

export const orderSummary = z.strictObject({
  orderId: z.string(),
  orderedOn: calendarDate,
  shippedOn: calendarDate.nullable(),
  total: money,
  /** Minor units refunded so far. */
  refunded: z.int(),
});
export type OrderSummary = z.infer<typeof orderSummary>;

export const getCustomerOutput = z.strictObject({
  customerId: z.string(),
  untrusted: z.strictObject({
    companyName: z.string(),
    contactName: nullableText,
    contactTitle: nullableText,
    city: nullableText,
    region: nullableText,
    country: nullableText,
  }),
  flags,
  /** Masked: enough to tell two apart, too little to write to one. */
  contact: z.strictObject({ email: nullableText, phone: nullableText }),
  orderCount: z.int(),
  /** Newest first. */
  recentOrders: z.array(orderSummary).max(RECENT_ORDERS_MAX),
});
export type GetCustomerOutput = z.infer<typeof getCustomerOutput>;

/** Everything that an export may hold, by its column. */
export const EXPORT_FIELDS = [
  'customerId',
  'companyName',
  'contactName',
  'contactTitle',
  'city',
  'region',
  'country',
  'email',
  'phone',
  'orderCount',
  'lastOrderedOn',
] as const;
export type ExportField = (typeof EXPORT_FIELDS)[number];

const exportFilter = z
  .strictObject({
    country: plainLine(100).optional(),
    city: plainLine(100).optional(),
    orderedSince: calendarDate.optional().describe('Customers with an order on or after this day (YYYY-MM-DD).'),
  })
  .refine((filter) => Object.keys(filter).length > 0, 'At least one of country, city, orderedSince.')
  .describe('At least one of them; all have to hold.');
const exportFields = z
  .array(z.enum(EXPORT_FIELDS))
  .min(1)
  .max(EXPORT_FIELDS.length)
  .refine((fields) => new Set(fields).size === fields.length, 'Each field once.')
  .describe('Columns of the file, each once.');

export const planExportCustomersArguments = z.strictObject({ filter: exportFilter, fields: exportFields });
export type ExportFilter = z.infer<typeof exportFilter>;

export const exportPreview = z.strictObject({
  action: z.literal('export_customers'),
  rowCount: z.int().min(1).max(EXPORT_ROWS_MAX),
  fields: exportFields,
  filter: exportFilter,
  /** Whether anything in it reaches a person: email address or telephone number. */
  holdsContactData: z.boolean(),
  /** How a person gets it, once, until then; the agent never does. */
  fetchedBy: z.literal('a person, once, within a day'),
});
export type ExportPreview = z.infer<typeof exportPreview>;

/** `digest` is of the CSV file's bytes. */
export const exportResult = z.strictObject({ exportId: z.uuid(), rowCount: z.int(), digest });
export type ExportResult = z.infer<typeof exportResult>;

export const planExportCustomersAnswer = planAnswer(exportPreview);
export const commitExportCustomersArguments = commitArguments;
export const commitExportCustomersAnswer = commitAnswer(exportResult);
