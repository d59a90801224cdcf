import { Module } from '@nestjs/common';

/** Support tickets: one line per capability. */
@Module({
  providers: [],
})
export class TicketsModule {}
