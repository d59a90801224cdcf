import { taskCovers } from '../../grants/task-details.ts';
import type { Check } from '../check.ts';

/** A grant narrowed to a task covers the tools that it names; which resource, the operation's own resources decide. */
export const task: Check = {
  name: 'task',
  stage: 'entitle',
  proofs: [
    {
      code: 'task_mismatch',
      async attempt(probe) {
        const { pair } = probe.operation;
        const detail = { type: pair.resourceType, identifier: 'none', actions: [pair.name] };
        const grant = await probe.grant({ authorization_details: JSON.stringify([detail]) });
        return probe.send({ grant });
      },
    },
  ],
  run(call) {
    taskCovers(call.get('grant').details, call.contract.name);
  },
};
