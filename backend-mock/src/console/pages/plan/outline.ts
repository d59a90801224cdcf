import type { Person } from '../../../people/people-repository.ts';
import type { Plan } from '../../../plans/plan.ts';
import { html, type Html } from '../../html.ts';
import { isolated } from './texts.ts';
import { nameOfTool, STATES, stateAt } from './words.ts';

/** All that a plan's address says to somebody whom the plan does not concern: which tool, and how it stands. */
export const planOutline = (plan: Plan, now: number, viewer: Person | undefined): Html =>
  html`<div class="plan">
    <h1>${isolated(nameOfTool(plan.commitTool))}</h1>
    <p class="state"><span>This plan ${STATES[stateAt(plan, now)]}.</span></p>
    <section>
      ${
        viewer
          ? html`<p>What a plan says is for those who decide on plans. You read the log.</p>`
          : html`<p>
                This link can be passed on: it shows what the plan says to people who have signed in, and nobody else.
              </p>
              <p class="buttons">
                <button type="button" data-sign-in data-next="/plans/${plan.id}">Sign in to see the plan</button>
              </p>
              <p role="alert"></p>`
      }
    </section>
  </div>`;
