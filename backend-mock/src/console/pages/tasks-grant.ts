import type { Contract } from '@narrow-deputies/contracts';
import { TASK_LIFE_MAX_MS } from '../../tasks/task.ts';
import { html, type Html } from '../html.ts';
import { actForm, boxes } from './act-form.ts';

/** What one of the viewer's agents could be let do to records of one type. */
export interface Grantable {
  readonly clientId: string;
  readonly agent: string;
  readonly resourceType: string;
  readonly contracts: readonly Contract[];
}

const MINUTES = 30;
const MINUTES_MAX = TASK_LIFE_MAX_MS / 60_000;
const USES_MAX = 1000;

/** `commit_update_ticket` → `update ticket`. */
export const plainTool = (name: string): string => name.replace(/^commit_/, '').replaceAll('_', ' ');

const moneyFields = (contracts: readonly Contract[]): Html | false => {
  const money = contracts.filter((contract) => contract.money !== null);
  return (
    money.length > 0 &&
    html`<div class="pair">
        <label
          >Up to, all together
          <input
            name="upTo"
            inputmode="decimal"
            pattern="[0-9]{1,12}([.][0-9]{1,3})?"
            placeholder="50.00"
            maxlength="16"
            autocomplete="off"
        /></label>
        <label
          >Currency
          <input
            name="currency"
            pattern="[A-Z]{3}"
            placeholder="EUR"
            maxlength="3"
            autocomplete="off"
            spellcheck="false"
        /></label>
      </div>
      <p class="hint">
        Both are needed for: ${money.map(({ name }) => plainTool(name)).join(', ')}. Else leave both empty.
      </p>`
  );
};

const form = ({ clientId, agent, resourceType, contracts }: Grantable): Html =>
  html`<details>
    <summary>${agent} on one ${resourceType} <small>with ${clientId}</small></summary>
    ${actForm({
      act: 'grant_task',
      args: { clientId, resourceType },
      button: `Let the ${agent} commit these without asking`,
      says: 'It still makes a plan for each, and each is in the log. Policy decides first: what it denies stays denied.',
      fields: html`<label
          >Which ${resourceType}
          <input name="resourceId" maxlength="200" required autocomplete="off" spellcheck="false"
        /></label>
        ${boxes(
          'tools',
          'It may',
          contracts.map(({ name }) => ({ value: name, label: plainTool(name), ticked: contracts.length === 1 })),
        )}
        ${moneyFields(contracts)}
        <div class="pair">
          <label
            >Minutes from now
            <input
              type="number"
              name="expiresAt"
              data-from-now
              value="${MINUTES}"
              min="1"
              max="${MINUTES_MAX}"
              step="1"
              required
          /></label>
          <label
            >At most how often (may stay empty) <input type="number" name="uses" min="1" max="${USES_MAX}" step="1"
          /></label>
        </div>
        <label>What it is for <input name="reason" maxlength="500" required autocomplete="off" /></label>`,
    })}
  </details>`;

/** Forms for new tasks, one for each agent and type of record, so that no form offers what cannot be together. */
export const grantForms = (grantable: readonly Grantable[]): Html =>
  html`<section aria-labelledby="grant">
    <h2 id="grant">Approve beforehand</h2>
    <p class="hint">
      Instead of approving one small change after the other: changes of one record, by one of your agents, within a sum
      and a time. Texts to the public or a customer, and exports, always ask.
    </p>
    ${grantable.length === 0 && html`<p class="empty">None of your agents has a token with a tool that the active policy releases under a task.</p>`}
    ${grantable.map(form)}
  </section>`;
