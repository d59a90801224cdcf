import { mayDecide } from '../../approvals/approval-rules.ts';
import type { Person } from '../../people/people-repository.ts';
import type { Plan } from '../../plans/plan.ts';
import { summarise } from '../../plans/plan-summary.ts';
import { html, type Html } from '../html.ts';
import { lookAlikes } from './plan/look-alikes.ts';
import { beginning, isolated } from './plan/texts.ts';
import { nameOfTool } from './plan/words.ts';
import { ago, shortly } from './time.ts';

/** Plans of one client for one tool: what looks alike stands together, and is decided one by one all the same. */
interface Group {
  readonly tool: string;
  readonly clientId: string;
  readonly plans: readonly Plan[];
}

/** By risk, the highest first; then by what expires first. */
export const byUrgency = (a: Plan, b: Plan): number => b.risk.score - a.risk.score || a.expiresAt - b.expiresAt;

function groupsOf(plans: readonly Plan[]): Group[] {
  const groups = Map.groupBy(plans.toSorted(byUrgency), ({ commitTool, clientId }) => `${commitTool} ${clientId}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ tool: first.commitTool, clientId: first.clientId, plans: group }] : [];
  });
}

/** As much of a sentence as a card has room for, in UTF-16 units. */
const SUMMARY_MAX = 240;

const card = (plan: Plan, person: Person, now: number): Html =>
  html`<li class="card ${plan.risk.level}" data-waits="${plan.id}">
    <p class="what">
      <a href="/plans/${plan.id}">${beginning(summarise(plan.preview) ?? nameOfTool(plan.commitTool), SUMMARY_MAX)}</a>
    </p>
    <p class="facts">
      <span class="risk">Risk ${plan.risk.level} (${plan.risk.score})</span>
      <span>${mayDecide(person, plan.decision, plan.ownerId) ? 'Yours to decide' : `Needs ${needs(plan)}`}</span>
      ${lookAlikes(plan.preview).length > 0 && html`<span class="look">Look twice: letters that look like others</span>`}
      <span>Asked ${ago(plan.createdAt, now)}</span>
      <span>Expires ${shortly(plan.expiresAt, now)}</span>
    </p>
  </li>`;

const needs = ({ decision }: Plan): string => decision.approval.replace('_', ' ');

/** What waits for people. */
export function waitingPage(plans: readonly Plan[], person: Person, now: number): Html {
  if (plans.length === 0) {
    return html`<h1>Waiting</h1>
      <p class="empty">Nothing waits for anybody. This page follows by itself.</p>`;
  }
  return html`<h1>Waiting <span class="count">${plans.length}</span></h1>
    ${groupsOf(plans).map(
      (group) =>
        html`<section aria-labelledby="${group.tool}-${group.clientId}">
          <h2 id="${group.tool}-${group.clientId}">
            ${isolated(nameOfTool(group.tool))} <small>asked by ${isolated(group.clientId)}</small>
          </h2>
          <ul class="cards">
            ${group.plans.map((plan) => card(plan, person, now))}
          </ul>
        </section>`,
    )}`;
}
