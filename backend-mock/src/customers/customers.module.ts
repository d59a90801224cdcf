import { Module } from '@nestjs/common';

/** Customers and their orders: one line per capability. */
@Module({
  providers: [],
})
export class CustomersModule {}
