import { taskUse, type TaskUse } from '../tasks/task.ts';
import type { Call } from './call.ts';

/** What the commit of this call, or the one that it plans, asks of a task. */
export function taskUseOf(call: Call): TaskUse | undefined {
  const { operation } = call;
  if (operation.kind === 'read') return undefined;
  const caller = call.get('principal');
  const plan = call.peek('plan');
  if (operation.kind === 'commit') {
    return plan && taskUse(caller, operation.contract, plan.resources, plan.arguments);
  }
  const args = call.get('arguments');
  return taskUse(caller, operation.pair, operation.handler.resources?.(args as never) ?? [], args);
}
