import { Injectable } from '@nestjs/common';
import type { Contract, JsonObject } from '@narrow-deputies/contracts';
import {
  foldForSearch,
  PAGE_MAX,
  SEARCH_REACH,
  searchCustomersArguments,
  searchCustomersOutput,
  type SearchCustomersOutput,
} from '@narrow-deputies/contracts/crm';
import { labelOutside } from '@narrow-deputies/contracts/outside';
import * as z from 'zod';
import { openCursor, sealCursor, type Listing } from '../common/cursors.ts';
import { Operation } from '../operations/operation.decorator.ts';
import type { OperationContext, ReadOperation } from '../operations/operation.ts';
import { searchCustomers, type Customer } from './customers-repository.ts';

export const searchCustomersContract: Contract<'search_customers'> = {
  name: 'search_customers',
  kind: 'read',
  context: 'crm',
  action: 'search',
  resourceType: 'customer',
  scope: 'crm:search_customers',
  roles: ['lookup-agent', 'export-agent'],
  arguments: searchCustomersArguments,
  output: searchCustomersOutput,
  sideEffects: [],
  worstOutcome: 'The agent learns names and places of customers that it can describe, a page at a time.',
  ships: false,
  approval: 'none',
  money: null,
  record: null,
  shows: '/customers',
  showsOutside: true,
  limits: { bodyBytes: 4096, depth: 3, perMinute: 60, burst: 20 },
  redaction: { query: 'digest', limit: 'keep', cursor: 'drop' },
};

/** Where a page ended, and how many customers all pages have shown. */
const position = z.strictObject({ after: z.string(), shown: z.int().min(0) });

@Operation({ read: searchCustomersContract })
@Injectable()
export class SearchCustomers implements ReadOperation {
  async read(args: z.infer<typeof searchCustomersArguments>, context: OperationContext): Promise<JsonObject> {
    const { tx, now, principal } = context;
    // The page size may change from page to page; what is looked for may not.
    const listing: Listing = { principal, tool: searchCustomersContract.name, arguments: { query: args.query } };
    const { after, shown } =
      args.cursor === undefined ? { after: '', shown: 0 } : await openCursor(tx, now, listing, args.cursor, position);
    const limit = Math.min(args.limit ?? PAGE_MAX, SEARCH_REACH - shown);
    // One more than is shown: its presence is all that is wanted of it.
    const found = await searchCustomers(tx, foldForSearch(args.query), after, limit + 1);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const more = found.length > limit && last !== undefined;
    const reached = shown + page.length;
    const answer: SearchCustomersOutput = { customers: page.map(summary) };
    if (more && reached >= SEARCH_REACH) answer.truncated = true;
    else if (more) answer.nextCursor = await sealCursor(tx, now, listing, { after: last.id, shown: reached });
    return answer as unknown as JsonObject;
  }
}

const summary = ({
  id,
  companyName,
  contactName,
  city,
  country,
}: Customer): SearchCustomersOutput['customers'][number] => ({
  customerId: id,
  ...labelOutside({ companyName, contactName, city, country }),
});
