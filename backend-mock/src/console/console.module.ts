import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AuditService } from '../audit/audit.service.ts';
import { RefusalCounter } from '../audit/refusal-counter.ts';
import { FoundationsModule, type Foundations } from '../app.module.ts';
import { DeclaredRoutesGuard } from '../common/open-route.ts';
import { ProblemFilter } from '../common/problem-filter.ts';
import type { RegisteredOperation } from '../operations/registry.ts';
import { AddressLimits } from '../limits/address-limits.ts';
import { ActRunner } from '../people/act-runner.ts';
import { EnrolmentService } from '../people/invitations/enrolment.service.ts';
import { ChallengeSeal } from '../people/passkeys/challenge-seal.ts';
import { PasskeysService } from '../people/passkeys/passkeys.service.ts';
import { catalogueOf } from '../policy/catalogue.ts';
import { taskableContracts } from '../tasks/grantable.ts';
import { ActsController } from './acts.controller.ts';
import { EnrolmentController } from './enrolment.controller.ts';
import { EventsController } from './events.controller.ts';
import { ScriptsController } from './browser/scripts.controller.ts';
import { LivePlans } from './live-plans.ts';
import { LiveStreams } from './live-streams.ts';
import { LiveTimes } from './live-times.ts';
import { ActivityController } from './pages/activity.controller.ts';
import { AgentsController } from './pages/agents.controller.ts';
import { ExportsController } from './pages/exports.controller.ts';
import { PageReplies } from './pages/page-replies.ts';
import { HistoryController } from './pages/history.controller.ts';
import { PeoplePageController } from './pages/people.controller.ts';
import { PlanPageController } from './pages/plan.controller.ts';
import { PolicyController } from './pages/policy.controller.ts';
import { SignInController } from './pages/sign-in.controller.ts';
import { TasksController } from './pages/tasks.controller.ts';
import { WaitingController } from './pages/waiting.controller.ts';
import { KnownTools } from './known-tools.ts';
import { ConsoleGuard } from './session/console-guard.ts';
import { SessionController } from './session/session.controller.ts';
import { SignInLimit } from './session/sign-in-limit.ts';

/** What people see; it shares the store with the backend, and no port, origin or credential. */
@Module({
  controllers: [
    SessionController,
    ActsController,
    EnrolmentController,
    EventsController,
    ScriptsController,
    SignInController,
    WaitingController,
    ActivityController,
    AgentsController,
    ExportsController,
    PeoplePageController,
    PlanPageController,
    PolicyController,
    TasksController,
    HistoryController,
  ],
  providers: [
    AddressLimits,
    { provide: APP_GUARD, useClass: DeclaredRoutesGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
    AuditService,
    RefusalCounter,
    ConsoleGuard,
    LivePlans,
    LiveStreams,
    PageReplies,
    SignInLimit,
    ChallengeSeal,
    PasskeysService,
    EnrolmentService,
  ],
})
export class ConsoleModule {
  /** @param runner does what people ask for; the same one that signed requests go to. */
  static of(foundations: Foundations, runner: ActRunner, operations: readonly RegisteredOperation[]): DynamicModule {
    const known = new KnownTools(
      operations.map(({ contract }) => contract),
      taskableContracts(operations),
      catalogueOf(operations),
    );
    return {
      module: ConsoleModule,
      imports: [FoundationsModule.of(foundations)],
      providers: [
        { provide: ActRunner, useValue: runner },
        { provide: KnownTools, useValue: known },
        { provide: LiveTimes, useValue: new LiveTimes(foundations.liveTimes) },
      ],
    };
  }
}
