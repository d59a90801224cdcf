import type { Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';
import { commitExportCustomers } from './commit-export-customers.ts';
import { getCustomer } from './get-customer.ts';
import { planExportCustomers } from './plan-export-customers.ts';
import { searchCustomers } from './search-customers.ts';

/** Every tool of this server, in the order that hosts show. */
export const createTools = (backend: Backend): Tool[] => [
  searchCustomers(backend),
  getCustomer(backend),
  planExportCustomers(backend),
  commitExportCustomers(backend),
];
