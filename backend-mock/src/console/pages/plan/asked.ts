import type { JsonObject } from '@narrow-deputies/contracts';
import type { AuditEntry } from '../../../audit/entry.ts';
import type { Reader } from '../../../database/database.ts';
import type { Plan } from '../../../plans/plan.ts';
import { previewLines } from '../../../plans/preview-lines.ts';
import { html, type Html } from '../../html.ts';
import { ago } from '../time.ts';
import type { ShownPlan } from './shown-plan.ts';
import { facts, isolated } from './texts.ts';
import { DECIDERS, RULES, shortDigest } from './words.ts';

/** What the client that made a plan said about its machine, as the entry of that call keeps it. */
export async function hostOf(tx: Reader, { id, planTool }: Pick<Plan, 'id' | 'planTool'>): Promise<JsonObject | null> {
  const row = await tx
    .selectFrom('audit_entries')
    .select('entry')
    .where('plan_id', '=', id)
    .where('tool', '=', planTool)
    .orderBy('position')
    .limit(1)
    .executeTakeFirst();
  return row ? (JSON.parse(row.entry) as AuditEntry).host : null;
}

/** Why a person is asked, and how much there is to lose. */
export const whyItAsks = ({ plan: { decision, risk } }: ShownPlan): Html =>
  html`<section aria-labelledby="why">
    <h2 id="why">Why it asks</h2>
    <ul>
      ${decision.rules.map((rule) => html`<li>${because(decision, rule)} <small>(${isolated(rule)})</small></li>`)}
    </ul>
    ${facts([
      ['decided by', decidedBy(decision)],
      ['risk', html`<span class="risk ${risk.level}">Risk ${risk.level} (${risk.score})</span>`],
      [
        'because',
        html`<ul>
          ${risk.parts.map(({ name, score }) => html`<li>${because(decision, name)} (+${score})</li>`)}
        </ul>`,
      ],
    ])}
  </section>`;

/** In the words of whoever wrote the policy. */
const because = ({ reasons }: Plan['decision'], name: string): Html | string =>
  reasons[name] ?? RULES[name] ?? isolated(name);

const decidedBy = ({ approval, reviewerRoles }: Plan['decision']): string =>
  reviewerRoles.some((role) => role !== 'reviewer')
    ? `${DECIDERS[approval]} with the role ${reviewerRoles.map((role) => `"${role}"`).join(' and ')}`
    : DECIDERS[approval];

/** Which agent, for whom, from where. People and machines are named to people who are signed in. */
export function whoAsked({ plan, viewer, names, host, now }: ShownPlan): Html {
  const machine = viewer && host ? previewLines(host) : [];
  return html`<section aria-labelledby="who">
    <h2 id="who">Who asked</h2>
    ${facts([
      ['agent', plan.agent],
      ['for', viewer ? (names.get(plan.ownerId) ?? plan.ownerId) : 'a person, named to people who are signed in'],
      ['client', plan.clientId],
      ['run', plan.runId ?? 'not named'],
      ['asked', ago(plan.createdAt, now)],
      ...machine.map(({ label, value }) => [`host, as it says itself: ${label}`, value] as const),
    ])}
  </section>`;
}

/** What exactly an approval is of. */
export const whatIsSigned = ({ plan, shownDigest }: { plan: Plan; shownDigest: string }): Html =>
  html`<section aria-labelledby="digests">
    <h2 id="digests">What an approval binds</h2>
    ${facts([
      ['plan', plan.id],
      ['digest', html`<code>${plan.digest}</code>`],
      ['in short', html`<code>${shortDigest(plan.digest)}</code>`],
      ['digest of what is shown', html`<code>${shownDigest}</code>`],
      ['pinned', pinned(plan.resources.length)],
    ])}
  </section>`;

const pinned = (count: number): string =>
  count === 1
    ? 'One record, at the version that this plan saw. If it changes, the plan is void.'
    : `${count} records, each at the version that this plan saw. If one changes, the plan is void.`;
