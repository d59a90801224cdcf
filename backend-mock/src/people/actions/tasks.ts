import type { JsonObject } from '@narrow-deputies/contracts';
import * as z from 'zod';
import { rfc3339 } from '../../common/clock.ts';
import { Refusal } from '../../common/refusal.ts';
import { liveTokensOf } from '../../grants/tokens-repository.ts';
import { currentVersion, isResourceType } from '../../plans/resource-versions.ts';
import { grantTaskArguments } from '../../tasks/grant-arguments.ts';
import { heededTasks } from '../../policy/heeded-tasks.ts';
import { requireHeeded, requireHolder, requireLife, requireTaskable } from '../../tasks/grantable.ts';
import { taskState, type Task } from '../../tasks/task.ts';
import { GRANT_TASK, taskIdOf } from '../../tasks/task-evidence.ts';
import { findTask, insertTask, listTasks as readTasks, revokeTask as revokeRow } from '../../tasks/tasks-repository.ts';
import { defineAction, type ActionContext } from '../action.ts';
import { listPeople } from '../people-repository.ts';

/** Most tasks that a list shows: the newest. */
export const LISTED_MAX = 200;

/** What the entry says: all of the terms, nobody's name and none of their words. */
const termsForEntry = (task: Task): JsonObject => ({
  taskId: task.id,
  clientId: task.clientId,
  agent: task.agent,
  tools: [...task.tools],
  resource: { ...task.resource },
  sum: task.sum && { ...task.sum },
  usesMaximum: task.usesMaximum,
  expiresAt: rfc3339(task.expiresAt),
});

const taskForPeople = (task: Task, now: number): JsonObject => ({
  ...termsForEntry(task),
  state: taskState(task, now),
  spent: task.spent,
  uses: task.uses,
  reason: task.reason,
  createdAt: rfc3339(task.createdAt),
});

/**
 * Approves some changes of one record beforehand. The signed request is kept and verified again by each commit that
 * rests on it; people alone make tasks, each for the agents that act for themselves.
 */
export const grantTask = defineAction({
  name: GRANT_TASK,
  roles: ['owner'],
  arguments: grantTaskArguments,
  async run(terms, { tx, now, person, credential, evidence, operations, settings, desk }) {
    const sumPointer = requireTaskable(terms, operations.all());
    requireLife(terms.expiresAt, now);
    const { agent } = requireHolder(await liveTokensOf(tx, { ...terms, ownerId: person.id }, now), terms);
    requireHeeded(terms, agent, await heededTasks(tx, settings.environment, desk.catalogue));
    if (!isResourceType(terms.resource.type) || (await currentVersion(tx, terms.resource)) === 0) {
      throw new Refusal('not_found', { detail: 'There is no such record. A task is about one that exists.' });
    }
    const task: Task = {
      ...terms,
      id: taskIdOf(evidence),
      ownerId: person.id,
      agent,
      sumPointer,
      spent: 0,
      uses: 0,
      state: 'active',
      createdBy: person.id,
      keyid: credential.keyid,
      evidence,
      createdAt: now,
      revokedBy: null,
      revokedAt: null,
    };
    await insertTask(tx, task);
    const details = { ...termsForEntry(task), assurance: credential.assurance };
    return { body: taskForPeople(task, now), entry: { details } };
  },
});

/** Ends a task at once: its owner, or an administrator. What was committed under it stays. */
export const revokeTask = defineAction({
  name: 'revoke_task',
  roles: ['owner', 'administrator'],
  arguments: z.strictObject({ taskId: z.uuid() }),
  async run({ taskId }, { tx, now, person }) {
    const task = await findTask(tx, taskId);
    if (!task || !mayEnd(person, task)) {
      throw new Refusal('not_found', { detail: 'There is no such task. "tasks list" shows what there is.' });
    }
    const revoked = await revokeRow(tx, task.id, { person: person.id, at: now });
    const body: JsonObject = { taskId: task.id, clientId: task.clientId, state: 'revoked', repeated: !revoked };
    return { body, entry: { details: body } };
  },
});

const mayEnd = ({ id, roles }: ActionContext['person'], { ownerId }: Task): boolean =>
  id === ownerId || roles.includes('administrator');

/** One's own tasks; an administrator sees everybody's. */
export const listTasks = defineAction({
  name: 'list_tasks',
  reads: true,
  roles: ['owner', 'administrator'],
  arguments: z.strictObject({}),
  async run(_args, { tx, now, person }) {
    const names = new Map((await listPeople(tx)).map(({ id, name }) => [id, name]));
    const tasks = await readTasks(tx, LISTED_MAX, person.roles.includes('administrator') ? undefined : person.id);
    return {
      body: {
        tasks: tasks.map((task) => ({ ...taskForPeople(task, now), grantedBy: names.get(task.createdBy) ?? null })),
      },
    };
  },
});
