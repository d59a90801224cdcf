import { Module } from '@nestjs/common';
import { ExportCustomers } from './export-customers.ts';
import { GetCustomer } from './get-customer.ts';
import { SearchCustomers } from './search-customers.ts';

/** Customers and their orders: one line per capability. */
@Module({
  providers: [SearchCustomers, GetCustomer, ExportCustomers],
})
export class CustomersModule {}
