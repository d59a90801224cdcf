import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { ApprovalsService } from './approvals/approvals.service.ts';
import { AuditService } from './audit/audit.service.ts';
import { RefusalCounter } from './audit/refusal-counter.ts';
import { BlogModule } from './blog/blog.module.ts';
import { Health } from './common/health.ts';
import { HealthController } from './common/health.controller.ts';
import { Housekeeping } from './common/housekeeping.ts';
import { Logger } from './common/logger.ts';
import { DeclaredRoutesGuard } from './common/open-route.ts';
import { ProblemFilter } from './common/problem-filter.ts';
import { Settings } from './common/settings.ts';
import { CustomersModule } from './customers/customers.module.ts';
import type { LiveTimes } from './console/live-times.ts';
import { Database } from './database/database.ts';
import { GrantKeys } from './grants/grant-keys.ts';
import { GrantTokens } from './grants/grant-tokens.ts';
import { GrantsController } from './grants/grants.controller.ts';
import { GrantsService } from './grants/grants.service.ts';
import { AddressLimits } from './limits/address-limits.ts';
import { LogState } from './log/log-state.ts';
import { LogController } from './log/log.controller.ts';
import { OperationsController } from './operations/operations.controller.ts';
import { OperationRegistry } from './operations/registry.ts';
import { OpenApiController } from './openapi/openapi.controller.ts';
import { PeopleController } from './people/people.controller.ts';
import { ActRunner } from './people/act-runner.ts';
import { PeopleGate } from './people/people-gate.ts';
import { Operator } from './pipeline/operator.ts';
import { Pipeline } from './pipeline/pipeline.ts';
import { ReportGate } from './pipeline/report-gate.ts';
import { ReportRecorder } from './pipeline/report-recorder.ts';
import { AbuseWatch } from './policy/abuse-watch.ts';
import { FirstPolicy } from './policy/first-policy.ts';
import { PolicyDesk } from './policy/policy-desk.ts';
import { Sameness } from './policy/sameness.ts';
import { CheckAlterations } from './pipeline/checks.ts';
import { CommitService } from './plans/commit.service.ts';
import { SelfCheck } from './self-check/self-check.ts';
import { PlanReleases } from './plans/plan-releases.ts';
import { PlansService } from './plans/plans.service.ts';
import { TasksService } from './tasks/tasks.service.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import { TicketsModule } from './tickets/tickets.module.ts';

/** What a process is made of before any module: the store, its settings, its log. */
export interface Foundations {
  readonly database: Database;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly alterations?: CheckAlterations | undefined;
  readonly telemetry?: Telemetry | undefined;
  /** How often open pages are seen to. */
  readonly liveTimes?: Partial<LiveTimes> | undefined;
  readonly health?: Health | undefined;
  /** What is known to be wrong with the log. */
  readonly logState?: LogState | undefined;
}

/** Foundations that every module may inject. */
@Global()
@Module({})
export class FoundationsModule {
  static of({ database, settings, logger, alterations, telemetry, health, logState }: Foundations): DynamicModule {
    return {
      module: FoundationsModule,
      providers: [
        { provide: Database, useValue: database },
        { provide: Settings, useValue: settings },
        { provide: Logger, useValue: logger },
        { provide: CheckAlterations, useValue: alterations ?? new CheckAlterations() },
        { provide: Telemetry, useValue: telemetry ?? new Telemetry() },
        { provide: Health, useValue: health ?? new Health() },
        { provide: LogState, useValue: logState ?? new LogState() },
      ],
      exports: [Database, Settings, Logger, CheckAlterations, Telemetry, Health, LogState],
    };
  }
}

/** The backend that agents' servers and people's command line talk to. Domains are modules of their own. */
@Module({
  imports: [DiscoveryModule, BlogModule, CustomersModule, TicketsModule],
  controllers: [
    LogController,
    HealthController,
    GrantsController,
    OperationsController,
    PeopleController,
    OpenApiController,
  ],
  providers: [
    AddressLimits,
    { provide: APP_GUARD, useClass: DeclaredRoutesGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
    AuditService,
    RefusalCounter,
    Housekeeping,
    GrantKeys,
    GrantTokens,
    GrantsService,
    OperationRegistry,
    PolicyDesk,
    Sameness,
    AbuseWatch,
    FirstPolicy,
    Pipeline,
    Operator,
    ReportGate,
    ReportRecorder,
    SelfCheck,
    PlansService,
    CommitService,
    ApprovalsService,
    TasksService,
    PlanReleases,
    ActRunner,
    PeopleGate,
  ],
})
export class AppModule {
  static of(foundations: Foundations): DynamicModule {
    return { module: AppModule, imports: [FoundationsModule.of(foundations)] };
  }
}
