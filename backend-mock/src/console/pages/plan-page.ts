import { digestOfJson } from '@narrow-deputies/signing';
import type { Plan } from '../../plans/plan.ts';
import { summarise } from '../../plans/plan-summary.ts';
import { html, type Html } from '../html.ts';
import { whatIsSigned, whoAsked, whyItAsks } from './plan/asked.ts';
import { decideSection } from './plan/decide.ts';
import { lookAlikes } from './plan/look-alikes.ts';
import { whatHappened } from './plan/past.ts';
import { previewOf } from './plan/preview.ts';
import type { ShownPlan } from './plan/shown-plan.ts';
import { isolated, openable } from './plan/texts.ts';
import { nameOfTool, STATES, stateAt } from './plan/words.ts';
import { ago, shortly } from './time.ts';

/** What one plan would do or did, and where it is decided. Opening it grants nothing. */
export function planPage(shown: ShownPlan): Html {
  const { plan, now, intact, contents } = shown;
  const state = stateAt(plan, now);
  const isOpen = state === 'pending_approval' || state === 'released';
  const summary = summarise(plan.preview);
  const shownDigest = digestOfJson(plan.preview);
  return html`<div
    class="plan ${plan.risk.level}"
    data-plan="${plan.id}"
    data-state="${state}"
    ${isOpen && html`data-expires="${new Date(plan.expiresAt).toISOString()}"`}
  >
    <h1>${isolated(nameOfTool(plan.commitTool))}</h1>
    <p class="state">
      <span>This plan ${STATES[state]}.</span>
      ${isOpen && html`<span>It expires ${shortly(plan.expiresAt, now)}.</span>`}
      <span class="risk ${plan.risk.level}">Risk ${plan.risk.level} (${plan.risk.score})</span>
    </p>
    <p class="banner" data-banner role="status" hidden></p>
    ${plan.erasedAt === null ? !intact && changedByHand : erased(plan.erasedAt, now)}
    <section aria-labelledby="what">
      <h2 id="what">${headingOf(state)}</h2>
      ${summary !== undefined && html`<div class="summary">${openable(summary)}</div>`} ${warnings(plan)}
      ${previewOf(plan, contents, intact)}
    </section>
    ${decideSection(shown, shownDigest)} ${whatHappened(shown)} ${whyItAsks(shown)} ${whoAsked(shown)}
    ${whatIsSigned({ plan, shownDigest })}
  </div>`;
}

function headingOf(state: Plan['state']): string {
  if (state === 'committed') return 'What happened';
  return state === 'pending_approval' || state === 'released' || state === 'planned'
    ? 'What will happen'
    : 'What would have happened';
}

const changedByHand: Html = html`<p class="warning" role="note">
  <strong>This plan is not as it was stored.</strong> Somebody changed it in the database. It cannot be approved or
  committed; do not rely on anything that stands here, and tell whoever runs this backend.
</p>`;

const erased = (at: number, now: number): Html =>
  html`<p class="hint">
    What this plan said was erased ${ago(at, now)}, at somebody's request. It never had an effect.
  </p>`;

/** Letters that pass for others can be seen by nobody. */
function warnings({ preview }: Plan): Html | false {
  const found = lookAlikes(preview);
  return (
    found.length > 0 &&
    html`<div class="warning" role="note">
      <strong>Look twice:</strong> letters that look like others.
      <ul>
        ${found.map(({ word, why }) => html`<li>${isolated(word)} ${isolated(why)}</li>`)}
      </ul>
    </div>`
  );
}

/** For an address that leads to no plan. */
export const noPlanPage: Html = html`<h1>No such plan</h1>
  <p>There is no plan at this address.</p>`;
