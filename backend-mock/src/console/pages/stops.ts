import type { Contract } from '@narrow-deputies/contracts';
import { makeVisible } from '@narrow-deputies/contracts/text';
import type { Person } from '../../people/people-repository.ts';
import type { Suspension } from '../../suspensions/suspension.ts';
import { html, type Html } from '../html.ts';
import { actForm, reasonField } from './act-form.ts';
import { ago } from './time.ts';

/** What a stop stops, in words. */
export function stoppedThing({ kind, target }: Pick<Suspension, 'kind' | 'target'>): string {
  if (kind === 'everything') return 'everything';
  if (kind === 'token') return `the token ${target.slice(0, 8)}…`;
  return kind === 'agent' ? `every ${target}` : `the tool ${target}`;
}

/** Stands on every page while all agents, or all of one role, are stopped. */
export function stopNotice(stops: readonly Suspension[]): Html | undefined {
  const all = stops.find(({ kind }) => kind === 'everything');
  const agents = stops.filter(({ kind }) => kind === 'agent').map(({ target }) => target);
  if (!all && agents.length === 0) return undefined;
  const words = all ? 'Everything is stopped: no agent can do anything.' : `Stopped: ${agents.join(', ')}.`;
  return html`<aside class="stopped" aria-label="Stopped">
    <b>${words}</b> <a href="/agents#stops">See what stands</a>
  </aside>`;
}

const resumeForm = (stop: Suspension): Html =>
  actForm({
    act: 'resume',
    args: { suspensionId: stop.id },
    button: `Resume ${stoppedThing(stop)}`,
    fields: reasonField('Why it may go on', true),
  });

/** What is stopped now; administrators can take it back. */
export function standingStops(
  stops: readonly Suspension[],
  viewer: Person,
  names: ReadonlyMap<string, string>,
  now: number,
): Html {
  const mayResume = viewer.roles.includes('administrator');
  return html`<section class="stops" aria-labelledby="stops">
    <h2 id="stops">Stopped now</h2>
    ${stops.length === 0 && html`<p class="hint">Nothing is stopped.</p>`}
    <ul class="cards">
      ${stops.map(
        (stop) =>
          html`<li class="card stop">
            <p class="what">Stopped: ${stoppedThing(stop)}</p>
            <p class="facts">
              <span>Stopped ${ago(stop.suspendedAt, now)} by ${names.get(stop.suspendedBy) ?? stop.suspendedBy}</span>
              <span>${stop.reason === null ? 'No reason given' : `Reason: ${makeVisible(stop.reason)}`}</span>
            </p>
            ${mayResume ? resumeForm(stop) : html`<p class="hint">An administrator can take it back.</p>`}
          </li>`,
      )}
    </ul>
  </section>`;
}

const stopOne = (kind: 'agent' | 'tool', legend: string, choices: readonly string[]): Html =>
  actForm({
    act: 'suspend',
    args: { kind },
    button: `Stop this ${kind}`,
    danger: true,
    fields: html`<label
        >${legend}
        <select name="target" required>
          <option value="">choose</option>
          ${choices.map((choice) => html`<option value="${choice}">${choice}</option>`)}
        </select></label
      >
      ${reasonField('Reason (may stay empty)', false)}`,
  });

/** The stop button: for anybody who is enrolled. */
export const stopForms = (contracts: readonly Contract[]): Html =>
  html`<section aria-labelledby="stop">
    <h2 id="stop">Stop</h2>
    <p class="hint">
      The next call is refused, wherever it comes from. What runs finishes or is undone whole. Only an administrator can
      take a stop back.
    </p>
    <details>
      <summary>Everything</summary>
      ${actForm({
        act: 'suspend',
        args: { kind: 'everything', target: '' },
        button: 'Stop everything',
        danger: true,
        fields: reasonField('Reason (may stay empty)', false),
      })}
    </details>
    <details>
      <summary>One kind of agent</summary>
      ${stopOne('agent', 'Agent', [...new Set(contracts.flatMap(({ roles }) => roles))].toSorted())}
    </details>
    <details>
      <summary>One tool</summary>
      ${stopOne('tool', 'Tool', contracts.map(({ name }) => name).toSorted())}
    </details>
  </section>`;
