import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AuditService } from '../audit/audit.service.ts';
import { RefusalCounter } from '../audit/refusal-counter.ts';
import { FoundationsModule, type Foundations } from '../app.module.ts';
import { DeclaredRoutesGuard } from '../common/open-route.ts';
import { ProblemFilter } from '../common/problem-filter.ts';
import { PlanPageController } from './plan-page.controller.ts';

/** What people see; it shares the store with the backend, and no port, origin or credential. */
@Module({
  controllers: [PlanPageController],
  providers: [
    { provide: APP_GUARD, useClass: DeclaredRoutesGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
    AuditService,
    RefusalCounter,
  ],
})
export class ConsoleModule {
  static of(foundations: Foundations): DynamicModule {
    return { module: ConsoleModule, imports: [FoundationsModule.of(foundations)] };
  }
}
