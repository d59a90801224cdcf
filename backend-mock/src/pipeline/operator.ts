import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@narrow-deputies/contracts';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import { taskCoversResources } from '../grants/task-details.ts';
import type { OperationContext, WriteOperation } from '../operations/operation.ts';
import { taskUseOf } from './task-use.ts';
import { CommitService } from '../plans/commit.service.ts';
import { planAnswerBody } from '../plans/plan-view.ts';
import { PlansService } from '../plans/plans.service.ts';
import type { Served } from './call-entries.ts';
import type { Call } from './call.ts';
import { Unprepared } from './preparation.ts';

/** Runs the operation of a call that passed every check, by its kind. */
@Injectable()
export class Operator {
  readonly #plans: PlansService;
  readonly #commits: CommitService;
  readonly #settings: Settings;

  constructor(
    @Inject(PlansService) plans: PlansService,
    @Inject(CommitService) commits: CommitService,
    @Inject(Settings) settings: Settings,
  ) {
    this.#plans = plans;
    this.#commits = commits;
    this.#settings = settings;
  }

  async serve(call: Call): Promise<Served> {
    const { operation } = call;
    const context: OperationContext = { tx: call.get('tx'), now: call.get('now'), principal: call.get('principal') };
    // The registry bound the handler and the schema of one contract together: its arguments are of the type it takes.
    const args = call.get('arguments') as never;
    const { details } = call.get('grant');
    switch (operation.kind) {
      case 'read': {
        const resources = operation.handler.resources?.(args) ?? [];
        taskCoversResources(details, call.contract, resources);
        return served(call, await operation.handler.read(args, context));
      }
      case 'plan': {
        const named = operation.handler.resources?.(args);
        if (named) taskCoversResources(details, call.contract, named);
        const prepared = preparedFor(call, operation.handler);
        const proposal = await operation.handler.plan(args, context, prepared as never).catch((error: unknown) => {
          // A narrowed grant does not tell what there is outside its task from what there is not.
          if (error instanceof Refusal && error.code === 'not_found' && !named)
            taskCoversResources(details, call.contract, []);
          throw error;
        });
        taskCoversResources(details, call.contract, proposal.resources);
        const { plan, repeated } = await this.#plans.store(call, operation, proposal);
        return { ...served(call, planAnswerBody(this.#settings, plan, repeated)), repeated, resources: plan.resources };
      }
      case 'commit': {
        const use = taskUseOf(call);
        const { taskId } = call.get('judgement');
        const task = use && taskId !== null ? { id: taskId, use } : undefined;
        const { receipt, approvals } = await this.#commits.commit(
          { plan: call.get('plan'), decision: call.get('decision'), auditId: call.auditId, task },
          operation,
          context,
        );
        return { ...served(call, { receipt, repeated: false }), approvals, resources: call.get('plan').resources };
      }
    }
  }
}

/** @throws Unprepared the first time, before anything of the operation has run. */
function preparedFor(call: Call, handler: WriteOperation): unknown {
  if (!handler.prepare) return undefined;
  const prepared = call.peek('prepared');
  if (!prepared) {
    const principal = call.get('principal');
    const args = call.get('arguments') as never;
    throw new Unprepared(async () => handler.prepare?.(args, { principal }));
  }
  if ('error' in prepared) throw prepared.error;
  return prepared.value;
}

/**
 * An answer is what its contract lists and nothing else: a field that slipped in fails the call, whole, instead of
 * leaving the house.
 */
function served(call: Call, body: JsonObject): Served {
  const checked = call.contract.output.safeParse(body);
  if (!checked.success) throw new Error(`The answer of ${call.contract.name} does not match its contract.`);
  return { answer: { status: 200, headers: {}, body }, repeated: false, approvals: [] };
}
