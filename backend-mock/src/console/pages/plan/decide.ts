import type { JsonObject } from '@narrow-deputies/contracts';
import { mayDecide } from '../../../approvals/approval-rules.ts';
import { namingHome } from '../../../common/deputies-command.ts';
import type { Person } from '../../../people/people-repository.ts';
import type { Plan } from '../../../plans/plan.ts';
import { html, type Html } from '../../html.ts';
import { actForm } from '../act-form.ts';
import type { ShownPlan } from './shown-plan.ts';
import { DECIDERS, shortDigest, stateAt } from './words.ts';

/**
 * Where a plan is decided, by whom it may be; anybody else is told how or why not.
 *
 * @param shownDigest of exactly the preview that the page shows.
 */
export function decideSection(shown: ShownPlan, shownDigest: string): Html | false {
  const { plan, intact, now } = shown;
  if (!intact || stateAt(plan, now) !== 'pending_approval') return false;
  // Stays at the lower edge of the screen until one is there: what is to be read first may be long.
  return html`<p class="jump"><a href="#decide">Decide</a></p>
    <section id="decide" class="decide" aria-labelledby="decide-title">
      <h2 id="decide-title">Decide</h2>
      ${choices(shown, shownDigest)}
    </section>`;
}

function choices(shown: ShownPlan, shownDigest: string): Html {
  const { plan, viewer, approvals, environment } = shown;
  if (!viewer) return html`${signIn(plan)} ${environment === 'development' && commandLine(shown)}`;
  const own = approvals.find(({ personId }) => personId === viewer.id);
  if (own) return html`<p>You have decided already. It still needs ${DECIDERS[plan.decision.approval]}.</p>`;
  return mayDecide(viewer, plan.decision, plan.ownerId)
    ? forms(plan, shownDigest)
    : html`<p>${whyNot(viewer, plan)}</p>`;
}

function whyNot({ id, roles }: Person, { ownerId, decision: { approval, reviewerRoles } }: Plan): string {
  const needed = `This plan is decided by ${DECIDERS[approval]}.`;
  if (approval === 'owner' || approval === 'none') {
    return id === ownerId
      ? `${needed} That is you, but you do not have the role "owner".`
      : `${needed} That is not you.`;
  }
  if (id === ownerId) return `${needed} The agent acts for you, so somebody else has to look.`;
  const held: readonly string[] = roles;
  const needs: readonly string[] = reviewerRoles.length > 0 ? reviewerRoles : ['reviewer'];
  const missing = needs.find((role) => !held.includes(role));
  return missing === undefined ? needed : `${needed} You do not have the role "${missing}".`;
}

function forms({ id: planId, digest: planDigest, decision: { approval } }: Plan, shownDigest: string): Html {
  const body = (decision: 'approve' | 'reject'): JsonObject => ({ planId, planDigest, shownDigest, decision });
  return html`<p class="signs">
      Your passkey signs this plan, <code>${shortDigest(planDigest)}</code>, exactly as it is shown here.
    </p>
    ${approval === 'two_reviewers' && html`<p>Two reviewers have to approve; the second approval counts.</p>`}
    <div class="choices">
      ${actForm({
        act: 'approve_and_apply',
        args: body('approve'),
        button: 'Approve and apply now',
        says: 'It happens at once, also when the agent has gone.',
      })}
      ${actForm({
        act: 'approve',
        args: body('approve'),
        button: 'Approve',
        says: 'The agent may do it, once, until the plan expires.',
      })}
      ${actForm({
        act: 'reject',
        args: body('reject'),
        button: 'Reject',
        danger: true,
        fields: html`<label
          >Reason, which the agent is told <input name="reason" required maxlength="500" autocomplete="off"
        /></label>`,
      })}
    </div>`;
}

const signIn = ({ id }: Plan): Html =>
  html`<p>Looking is free; deciding takes a passkey.</p>
    <p class="buttons">
      <button type="button" data-sign-in data-next="/plans/${id}">Sign in to decide</button>
    </p>
    <p role="alert"></p>`;

const commandLine = ({ plan: { id }, namedHome }: ShownPlan): Html =>
  html`<details>
    <summary>Or on the command line, where your key is</summary>
    <pre>
${namingHome(`npm run deputies -- approvals approve ${id}`, namedHome)}
${namingHome(`npm run deputies -- approvals reject ${id} --reason "…"`, namedHome)}</pre>
  </details>`;
