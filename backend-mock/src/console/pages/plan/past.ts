import type { JsonObject } from '@narrow-deputies/contracts';
import { previewLines } from '../../../plans/preview-lines.ts';
import { html, type Html } from '../../html.ts';
import { ago } from '../time.ts';
import type { ShownPlan } from './shown-plan.ts';
import { facts, openable } from './texts.ts';

/** Who decided what, and what came of it. */
export function whatHappened(shown: ShownPlan): Html | false {
  const { plan, approvals } = shown;
  if (approvals.length === 0 && plan.receipt === null) return false;
  return html`<section aria-labelledby="past">
    <h2 id="past">So far</h2>
    <ol class="past">
      ${approvals.map((approval) => decided(shown, approval))}
      ${plan.committedAt !== null && html`<li>Committed ${ago(plan.committedAt, shown.now)}</li>`}
    </ol>
    ${plan.receipt !== null && receipt(plan.receipt)}
  </section>`;
}

function decided({ viewer, names, now }: ShownPlan, approval: ShownPlan['approvals'][number]): Html {
  const { personId, decision, reason, assurance, createdAt } = approval;
  const who = viewer ? html`<b><bdi>${names.get(personId) ?? personId}</bdi></b>` : 'A person';
  const proof = assurance === 'passkey' ? 'with a passkey' : 'with a key file';
  return html`<li>
    ${who} ${decision === 'approve' ? 'approved' : 'rejected'} it ${ago(createdAt, now)}, ${proof}.
    ${reason !== null && html`<div>Reason: ${openable(reason)}</div>`}
  </li>`;
}

const receipt = (written: JsonObject): Html =>
  html`<h3>Receipt</h3>
    ${facts(previewLines(written).map(({ label, value }) => [label, value] as const))}`;
