import type { PolicyRead } from '@narrow-deputies/policy';
import { activatePolicyAction } from '../../people/actions/policy.ts';
import type { Person } from '../../people/people-repository.ts';
import type { StoredPolicy } from '../../policy/policies-repository.ts';
import { html, type Html } from '../html.ts';
import { exactly, facts, isolated } from './plan/texts.ts';
import { shortDigest } from './plan/words.ts';
import type { Activation } from './policy-activations.ts';
import { policyForm, policyScriptTag } from './policy-form.ts';
import { rulesAndLimits } from './policy-rules.ts';
import { ago } from './time.ts';

export interface PolicyView {
  readonly viewer: Pick<Person, 'roles'>;
  /** Undefined where the row was changed by hand: then nothing is decided. */
  readonly active: StoredPolicy | undefined;
  /** Undefined where its text is no policy that is understood here. */
  readonly read: PolicyRead | undefined;
  /** The newest first. */
  readonly activations: readonly Activation[];
  /** People by id; those who were removed, too. */
  readonly names: ReadonlyMap<string, string>;
}

const BECAUSE: Readonly<Record<string, string>> = {
  'first-start': 'the first start',
  'changed-file': 'a changed file',
};

const whoDid = ({ by, because }: Activation, names: PolicyView['names']): string =>
  by === null ? (BECAUSE[because ?? ''] ?? 'nobody who signed') : (names.get(by) ?? by);

function summary(active: StoredPolicy, { activations, names, read }: PolicyView, now: number): Html {
  const [newest] = activations;
  const suspendAt = read?.source.risk?.suspend_at;
  return facts([
    ['name', active.name],
    ['environment', read?.source.environment],
    ['time zone', read?.source.time_zone],
    ['digest', html`<code>${shortDigest(active.digest)}</code>`],
    ['since', newest && ago(newest.at, now)],
    ['by', newest && whoDid(newest, names)],
    ['abuse that suspends', suspendAt === undefined ? undefined : `a score of ${suspendAt}`],
  ]);
}

const counted = (factors: number): string => `${factors} ${factors === 1 ? 'factor' : 'factors'}`;

const packs = ({ packs: read }: PolicyRead): Html =>
  html`<section aria-labelledby="packs">
    <h2 id="packs">Risk packs (${read.length})</h2>
    ${read.length === 0 && html`<p class="empty">It names none: every call has a score of 0.</p>`}
    <ul>
      ${read.map(
        ({ file, source }) =>
          html`<li>${isolated(file)} <small>${source.domain}, ${counted(source.factors.length)}</small></li>`,
      )}
    </ul>
  </section>`;

const texts = ({ text }: StoredPolicy): Html =>
  html`<section aria-labelledby="text">
    <h2 id="text">The exact text</h2>
    ${[[text.file, text.policy] as const, ...Object.entries(text.packs)].map(
      ([file, content]) =>
        html`<details>
          <summary>${isolated(file)}</summary>
          ${exactly(content)}
        </details>`,
    )}
  </section>`;

const history = ({ activations, names }: PolicyView, now: number): Html =>
  html`<section aria-labelledby="history">
    <h2 id="history">Activations</h2>
    <table class="stack">
      <caption class="hidden-label">
        Policies that became active, the newest first
      </caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Policy</th>
          <th scope="col">By</th>
          <th scope="col">Digest</th>
        </tr>
      </thead>
      <tbody>
        ${activations.map(
          (activation) =>
            html`<tr>
              <th scope="row">${ago(activation.at, now)}</th>
              <td data-label="Policy">${isolated(activation.name)}</td>
              <td data-label="By">${whoDid(activation, names)}</td>
              <td data-label="Digest"><code>${shortDigest(activation.digest)}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;

const unreadable = html`<p class="warning" role="note">
  The policy that is stored cannot be read: somebody changed it by hand. Until an administrator activates one, every
  call is refused.
</p>`;

/** What decides now, in the words of its file, and how it came to. @param now milliseconds. */
export function policyPage(view: PolicyView, now: number): Html {
  const { active, read, viewer } = view;
  const mayActivate = activatePolicyAction.roles.some((role) => viewer.roles.includes(role));
  return html`<h1>Policy</h1>
    ${active ? summary(active, view, now) : unreadable}
    ${mayActivate ? policyForm : html`<p class="hint">An administrator activates another one.</p>`}
    ${read && [rulesAndLimits(read), packs(read)]} ${active && texts(active)} ${history(view, now)}
    ${mayActivate && policyScriptTag}`;
}
