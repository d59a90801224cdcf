import { makeVisible } from '@narrow-deputies/contracts/text';
import { rfc3339 } from '../common/clock.ts';
import type { Plan } from '../plans/plan.ts';
import { summarise } from '../plans/plan-summary.ts';
import { previewLines } from '../plans/preview-lines.ts';
import { html, type Html } from './html.ts';

const STATES: Readonly<Record<Plan['state'], string>> = {
  planned: 'is being made',
  pending_approval: 'waits for a person',
  released: 'is approved and may be committed once',
  committed: 'was committed',
  rejected: 'was rejected',
  expired: 'has expired',
  revoked: 'was revoked',
  stale: 'is out of date: the world changed since',
};

const row = (label: string, value: string): Html =>
  html`<dt>${label}</dt>
    <dd>${value}</dd>`;

const howToDecide = (planId: string): Html =>
  html`<h2>Decide</h2>
    <p>On the command line, where your key is:</p>
    <pre>
npm run deputies -- approvals approve ${planId}
npm run deputies -- approvals reject ${planId} --reason "…"</pre>`;

/** What one plan would do, for a person; read-only, and opening it grants nothing. */
export function planPage(plan: Plan, contents: Readonly<Record<string, string>>): string {
  const preview = previewLines(plan.preview, contents).map(({ label, value }) => row(label, value));
  const summary = summarise(plan.preview);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Plan ${plan.id}</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <main>
          <h1>${plan.commitTool.replace('commit_', '').replaceAll('_', ' ')}</h1>
          <p class="state">This plan ${STATES[plan.state]}.</p>
          <h2>${plan.state === 'committed' ? 'What happened' : 'What will happen'}</h2>
          ${summary !== undefined && html`<p>${makeVisible(summary)}</p>`}
          <dl>${preview}</dl>
          ${Object.entries(contents).map(
            ([name, text]) =>
              html`<h2>The exact text (${name})</h2>
                <pre>${`\n${makeVisible(text)}`}</pre>`,
          )}
          <h2>Who asked</h2>
          <dl>
            ${row('agent', plan.agent)} ${row('client', plan.clientId)}
            ${row('risk', `${plan.risk.level} (${plan.risk.score})`)}
            ${row('needs', `approval by ${plan.decision.approval.replace('_', ' ')}`)}
            ${row('expires', rfc3339(plan.expiresAt))} ${row('digest', plan.digest)}
          </dl>
          ${plan.state === 'pending_approval' && howToDecide(plan.id)}
        </main>
      </body>
    </html> `;
  return page.text;
}

/** The page for an address that leads to no plan. */
export const noPlanPage = (): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>No such plan</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <main>
          <h1>No such plan</h1>
          <p>There is no plan at this address.</p>
        </main>
      </body>
    </html> `.text;
