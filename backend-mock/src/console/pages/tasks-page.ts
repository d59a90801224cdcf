import { makeVisible } from '@narrow-deputies/contracts/text';
import { formatMoney } from '../../common/money.ts';
import { taskState, type Task, type TaskState } from '../../tasks/task.ts';
import { html, type Html } from '../html.ts';
import { actForm } from './act-form.ts';
import { grantForms, plainTool, type Grantable } from './tasks-grant.ts';
import { ago, shortly } from './time.ts';

export interface Tasks {
  /** Null for a viewer to whom tasks are not shown. */
  readonly tasks: readonly Task[] | null;
  /** People by id; those who were removed, too. */
  readonly names: ReadonlyMap<string, string>;
  /** Null for a viewer who may grant nothing. */
  readonly grantable: readonly Grantable[] | null;
}

const STATES: Readonly<Record<TaskState, string>> = {
  active: 'active',
  used_up: 'used up',
  expired: 'over',
  revoked: 'revoked',
};

function used({ sum, spent, uses, usesMaximum }: Task): string {
  const commits = usesMaximum === null ? String(uses) : `${uses} of ${usesMaximum}`;
  const times = `${commits} ${uses === 1 && usesMaximum === null ? 'commit' : 'commits'}`;
  if (sum === null) return times;
  const { currency, maximum } = sum;
  return `${formatMoney({ amount: spent, currency })} of ${formatMoney({ amount: maximum, currency })} in ${times}`;
}

function taskCard(task: Task, { names }: Tasks, now: number): Html {
  const { tools, resource, agent, clientId, createdBy, createdAt, expiresAt, reason } = task;
  const state = taskState(task, now);
  const what = `${tools.map(plainTool).join(', ')} on ${resource.type} ${makeVisible(resource.id)}`;
  return html`<li class="card task ${state}">
    <p class="what">${what}</p>
    <p class="facts">
      <span class="state">${STATES[state]}</span>
      <span>Used: ${used(task)}</span>
      <span>${expiresAt > now ? 'Ends' : 'Ended'} ${shortly(expiresAt, now)}</span>
      <span>For ${agent} with ${clientId}</span>
      <span>By ${names.get(createdBy) ?? createdBy}, ${ago(createdAt, now)}</span>
      <span>For: ${makeVisible(reason)}</span>
    </p>
    ${
      state === 'active' &&
      actForm({
        act: 'revoke_task',
        args: { taskId: task.id },
        button: `End it now: ${what}`,
        danger: true,
        says: 'The next commit asks again. What was committed stays.',
      })
    }
  </li>`;
}

const cards = (tasks: readonly Task[], all: Tasks, now: number): Html =>
  html`<ul class="cards">
    ${tasks.map((task) => taskCard(task, all, now))}
  </ul>`;

function list(tasks: readonly Task[], all: Tasks, now: number): Html {
  const running = tasks.filter((task) => taskState(task, now) === 'active');
  const over = tasks.filter((task) => taskState(task, now) !== 'active');
  return html`<section aria-labelledby="running">
    <h2 id="running">Now</h2>
    ${running.length === 0 ? html`<p class="empty">No task runs: agents ask each time that policy says so.</p>` : cards(running, all, now)}
    ${
      over.length > 0 &&
      html`<details>
        <summary>Before (${over.length})</summary>
        ${cards(over, all, now)}
      </details>`
    }
  </section>`;
}

/** What agents may commit without asking each time, how much of it is used, and by whose word. @param now milliseconds. */
export function tasksPage(all: Tasks, now: number): Html {
  return html`<h1>Tasks</h1>
    ${
      all.tasks === null
        ? html`<p class="hint">Tasks are shown to owners and administrators.</p>`
        : list(all.tasks, all, now)
    }
    ${all.grantable !== null && grantForms(all.grantable)}`;
}
