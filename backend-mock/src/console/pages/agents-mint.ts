import type { AgentProfile, ServerProfile } from '../../grants/server-profiles.ts';
import { html, type Html } from '../html.ts';
import { actForm, boxes } from './act-form.ts';

const DAYS = 90;
const DAYS_MAX = 366;

const mintForm = (server: string, clientId: string, { agent, scopes }: AgentProfile, owners: readonly string[]): Html =>
  html`<details>
    <summary>${agent} <small>on ${server}</small></summary>
    ${actForm({
      act: 'mint_token',
      args: { agent },
      prepare: 'mint',
      button: `Make a token for the ${agent}`,
      says: 'The secret is made in this browser, shown once and sent nowhere.',
      fields: html`<label
          >Client
          <input
            name="clientId"
            value="${clientId}"
            pattern="${server}(-[a-z0-9]+)*"
            maxlength="64"
            required
            autocomplete="off"
            spellcheck="false"
        /></label>
        <p class="hint">
          The server's name, or that name, a hyphen and a word of your own. It belongs to one person and one role for
          good.
        </p>
        <label
          >Acts for
          <select name="owner" required>
            ${owners.map((name) => html`<option value="${name}">${name}</option>`)}
          </select></label
        >
        <label
          >Days until it expires
          <input type="number" name="expiresInDays" value="${DAYS}" min="1" max="${DAYS_MAX}" step="1" required
        /></label>
        ${boxes(
          'scopes',
          'It may use',
          scopes.map((scope) => ({ value: scope, label: scope, ticked: true })),
        )}`,
    })}
  </details>`;

/** Forms for new tokens, one for each role, so that no form offers what its agent may not hold. */
export const mintForms = (profiles: readonly ServerProfile[], owners: readonly string[]): Html =>
  html`<section aria-labelledby="mint">
    <h2 id="mint">Make a token</h2>
    <p class="hint">An agent reads and plans with it; what people have to approve, it cannot.</p>
    ${profiles.flatMap(({ server, agents }) => agents.map((role, at) => mintForm(server, at === 0 ? server : `${server}-${role.agent}`, role, owners)))}
  </section>`;
