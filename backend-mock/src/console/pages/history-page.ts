import { summarise } from '../../plans/plan-summary.ts';
import { html, type Html } from '../html.ts';
import { historyAddress, OVER, type HistoryFilter } from './history-filter.ts';
import type { PastPlan } from './history-search.ts';
import { beginning, isolated, openable } from './plan/texts.ts';
import { nameOfTool } from './plan/words.ts';
import { ago } from './time.ts';

/** Plans on one page. */
export const PAGE_SIZE = 50;
const SUMMARY_MAX = 200;

const WORDS: Readonly<Record<PastPlan['state'], string>> = {
  committed: 'Done',
  rejected: 'Rejected',
  expired: 'Expired',
  stale: 'Out of date',
  revoked: 'Revoked',
};

/** When its life was over, as far as anybody wrote it down. */
function ended(plan: PastPlan, now: number): Html | false {
  if (plan.committedAt !== null) return html`<span>Done ${ago(plan.committedAt, now)}</span>`;
  return plan.state === 'expired' && html`<span>Expired ${ago(plan.expiresAt, now)}</span>`;
}

const item = (plan: PastPlan, now: number): Html =>
  html`<li class="card past ${plan.state}">
    <p class="what">
      <span class="outcome">${WORDS[plan.state]}</span>
      <a href="/plans/${plan.id}">${beginning(summarise(plan.preview) ?? nameOfTool(plan.tool), SUMMARY_MAX)}</a>
    </p>
    <p class="facts">
      <span class="risk ${plan.risk.level}">Risk ${plan.risk.level} (${plan.risk.score})</span>
      <span>Asked by ${isolated(plan.clientId)} ${ago(plan.createdAt, now)}</span>
      ${ended(plan, now)}
    </p>
    ${
      plan.decisions.length > 0 &&
      html`<ul class="decisions">
        ${plan.decisions.map(
          ({ name, decision, reason, at }) =>
            html`<li>
              <b>${isolated(name)}</b> ${decision === 'approve' ? 'approved' : 'rejected'} it ${ago(at, now)}
              ${reason !== null && html`<div>Reason: ${openable(reason, SUMMARY_MAX)}</div>`}
            </li>`,
        )}
      </ul>`
    }
  </li>`;

const filters = ({ state }: HistoryFilter): Html =>
  html`<nav class="choose" aria-label="By how it ended">
    <ul>
      <li><a href="/history" ${state === undefined && html`aria-current="true"`}>All</a></li>
      ${OVER.map(
        (over) =>
          html`<li>
            <a href="${historyAddress({ state: over })}" ${over === state && html`aria-current="true"`}
              >${WORDS[over]}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`;

/** @param found one more than a page, when there is more; newest first. */
export function historyPage(filter: HistoryFilter, found: readonly PastPlan[], now: number): Html {
  const plans = found.slice(0, PAGE_SIZE);
  const last = found.length > PAGE_SIZE ? plans.at(-1) : undefined;
  return html`<h1>History</h1>
    ${filters(filter)} ${plans.length === 0 && html`<p class="empty">No plan has ended like this.</p>`}
    <ol class="cards">
      ${plans.map((plan) => item(plan, now))}
    </ol>
    <nav class="paging" aria-label="Pages of plans">
      ${filter.before && html`<a href="${historyAddress({ state: filter.state })}">Newest</a>`}
      ${last && html`<a href="${historyAddress({ ...filter, before: last })}" rel="next">Older</a>`}
    </nav>`;
}

/** For an address that asks for something else. */
export const noHistory: Html = html`<h1>History</h1>
  <p class="fault">That cannot be looked for. <a href="/history">Show everything</a></p>`;
