import { taskCovers } from '../../grants/task-details.ts';
import type { Check } from '../check.ts';

/** A grant narrowed to a task covers the tools that it names; which resource, the operation's own resources decide. */
export const task: Check = {
  name: 'task',
  stage: 'entitle',
  run(call) {
    taskCovers(call.get('grant').details, call.contract.name);
  },
};
