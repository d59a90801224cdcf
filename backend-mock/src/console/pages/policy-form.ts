import { html, type Html } from '../html.ts';
import { actForm } from './act-form.ts';

/** Largest file that is read in a browser, in bytes. */
const FILE_MAX = 256 * 1024;

/**
 * Where administrators choose a policy, see what it would do, and sign. All of it is there once its script runs: that
 * reads the files and fills in what the act carries.
 */
export const policyForm: Html = html`<section
  class="choice"
  aria-labelledby="activate"
  data-policy-desk
  data-file-max="${FILE_MAX}"
>
  <h2 id="activate">Activate another</h2>
  <p class="hint" data-policy-unscripted>Choosing and signing a policy takes JavaScript in this browser.</p>
  <form class="act" method="post" data-policy-files hidden>
    <p class="hint">
      The file that you would commit to git, and the risk packs that it names. They are looked at first; nothing changes
      before you sign.
    </p>
    <label>Policy <input type="file" name="policy" accept=".yaml,.yml" required /></label>
    <label>Risk packs <input type="file" name="packs" accept=".yaml,.yml" multiple /></label>
    <p class="buttons"><button type="submit">See what it would change</button></p>
    <p role="alert"></p>
  </form>
  <div data-policy-preview role="region" aria-label="What it would change" tabindex="-1" hidden></div>
  <div data-policy-sign hidden>
    ${actForm({
      act: 'activate_policy',
      args: {},
      button: 'Activate',
      says: 'You sign exactly the texts that you have just looked at. Every replica decides by them from the next call on.',
      next: '/policy',
    })}
  </div>
</section>`;

/** Loads what makes the form work; nothing of it is inline. */
export const policyScriptTag: Html = html`<script src="/policy.js" defer></script>`;
