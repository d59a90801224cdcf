import { expect } from '@jest/globals';
import { Settings } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { taskUse, type TaskUse } from '../../backend-mock/src/tasks/task.ts';
import { coveringTask } from '../../backend-mock/src/tasks/tasks-repository.ts';
import { TasksService } from '../../backend-mock/src/tasks/tasks.service.ts';
import { commitRefundContract } from '../../backend-mock/src/tickets/refund.ts';
import { mintClient } from './clients.ts';
import type { Lab, WirePerson } from './lab.ts';
import { enrol } from './plans-and-people.ts';
import { TICKET } from './tickets.ts';
import type { WireReply } from './wire-client.ts';

export const HOUR_MS = 3_600_000;

/** When something ends that lasts so long from now. */
export const inTime = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();

/** Refunds on ticket 1842, up to 50.00 EUR, for half an hour; null leaves a term out. */
export function grantOf(differs: Readonly<Record<string, JsonObject[string] | null>> = {}): JsonObject {
  const terms = {
    clientId: 'ticket-handler',
    tools: ['commit_refund'],
    resourceType: 'ticket',
    resourceId: TICKET,
    upTo: '50.00',
    currency: 'EUR',
    expiresAt: inTime(HOUR_MS / 2),
    reason: 'Broken cups.',
    ...differs,
  };
  return Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== null));
}

export const askForTask = (lab: Lab, differs: JsonObject = {}, by: WirePerson = lab.people.owner): Promise<WireReply> =>
  by.call('grant_task', grantOf(differs));

/** @returns the id of a task that its owner granted. */
export async function grantTask(lab: Lab, differs: JsonObject = {}, by?: WirePerson): Promise<string> {
  const { status, json, text } = await askForTask(lab, differs, by);
  expect({ status, text }).toEqual({ status: 200, text });
  return String(json['taskId']);
}

/** A refund on ticket 1842 by the agent that holds the lab's first token. */
export async function refundOn(lab: Lab, amount: number, differs: Partial<TaskUse> = {}): Promise<TaskUse> {
  const { db } = lab.backend.database;
  const owner = await db.selectFrom('people').select('id').where('name', '=', 'owner').executeTakeFirstOrThrow();
  const who = { clientId: 'ticket-handler', ownerId: owner.id };
  const use = taskUse(who, commitRefundContract, [{ type: 'ticket', id: TICKET }], { amount, currency: 'EUR' });
  if (!use) throw new Error('A refund is what tasks are for.');
  return { ...use, ...differs };
}

/** What a backend of this lab's would say: it knows the environment, and from where passkeys come. */
export function tasksOf({ backend }: Lab): TasksService {
  const settings = new Settings(backend.environment);
  settings.publish({ backendUrl: backend.backendUrl, consoleUrl: backend.consoleUrl });
  return new TasksService(settings);
}

/** The task that would cover a use, as policy looks for one. */
export const foundFor = (lab: Lab, use: TaskUse, now = Date.now()): Promise<string | null> =>
  lab.backend.database.db
    .selectNoFrom(coveringTask(use, now).as('task'))
    .executeTakeFirstOrThrow()
    .then(({ task }) => task);

/** Uses a task as a commit does. */
export const use = (lab: Lab, id: string, wanted: TaskUse, service = tasksOf(lab)): Promise<boolean> =>
  lab.backend.database.transaction((tx) => service.use(tx, Date.now(), id, wanted));

export const tasksIn = (lab: Lab): Promise<JsonObject[]> =>
  lab.backend.database.db.selectFrom('tasks').selectAll().orderBy('id').execute() as Promise<unknown> as Promise<
    JsonObject[]
  >;

/** Somebody else, who owns the agent `ticket-handler-<name>`. */
export async function withAgentOf(on: Lab, name: string): Promise<WirePerson> {
  const person = await enrol(on, name, ['owner']);
  await mintClient(on, `ticket-handler-${name}`, name);
  return person;
}
