import { CODES, isCode, type JsonObject } from '@narrow-deputies/contracts';
import { makeVisible } from '@narrow-deputies/contracts/text';
import type { AuditEntry } from '../../audit/entry.ts';
import { isSelfReported, refusalsOf } from '../../audit/self-reported.ts';
import { html, type Html } from '../html.ts';
import { activityAddress, OUTCOME_WORDS } from './activity-filter.ts';

/** People by their pseudonymous ids. */
export type Names = ReadonlyMap<string, string>;

/** `2026-11-21 10:30:12`; where seconds count, words do not help. */
const exactly = (time: string): Html =>
  html`<time datetime="${time}" title="${time}">${time.slice(0, 19).replace('T', ' ')}</time>`;

const nameOf = (id: string, names: Names): string => names.get(id) ?? id;

/** Who acted: a person, an agent for its person, or somebody who never said who. */
function who({ person, agent, client, owner, kind }: AuditEntry, names: Names): Html {
  if (person !== null) return html`<b>${nameOf(person, names)}</b>`;
  if (agent !== null) {
    return html`<b>${agent}</b> ${owner !== null && html`for ${nameOf(owner, names)}`}
      ${client !== null && html`<small>(${client})</small>`}`;
  }
  if (kind === 'noise') return html`<b>Somebody unknown</b>`;
  return html`<b>${client ?? 'The backend itself'}</b>`;
}

const text = (value: JsonObject | readonly string[]): string => makeVisible(JSON.stringify(value, null, 2));

/** What an entry says beyond its first line; what it does not say is left out. */
function facts(entry: AuditEntry): Html {
  const rows: readonly (readonly [string, string | null])[] = [
    ['kind', entry.kind],
    ['decision', entry.decision],
    ['decided by', entry.rules.length === 0 ? null : entry.rules.join(', ')],
    ['risk', entry.risk && `${entry.risk.level} (${entry.risk.score})`],
    ['approvals', entry.approvals.length === 0 ? null : entry.approvals.join(', ')],
    ['answered again', entry.repeated ? 'yes, an earlier outcome' : null],
    ['took', `${entry.latencyMs} ms`],
    ['from', entry.source],
    ['run', entry.run],
    ['task', entry.task],
    ['key', entry.keyid],
    ['request', entry.requestId],
    ['arguments', entry.argumentsDigest],
    ['result', entry.resultDigest],
    ['entry', entry.auditId],
  ];
  const objects: readonly (readonly [string, JsonObject | null])[] = [
    ['details', entry.details],
    ['the decision read', entry.decisionInput],
    ['host, as it says itself', entry.host],
  ];
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        value !== null &&
        html`<dt>${name}</dt>
          <dd>${makeVisible(value)}</dd>`,
    )}
    ${objects.map(
      ([name, value]) =>
        value !== null &&
        Object.keys(value).length > 0 &&
        html`<dt>${name}</dt>
          <dd><pre>${text(value)}</pre></dd>`,
    )}
  </dl>`;
}

/** One entry of the log; its first line says when, who, what and how it ended. */
export function entryItem(entry: AuditEntry, names: Names): Html {
  const { outcome, code, plan, traceId } = entry;
  const words = isSelfReported(entry) ? 'Denied by the server itself' : OUTCOME_WORDS[outcome];
  const refusals = refusalsOf(entry);
  return html`<li class="entry ${outcome}">
    <p class="what">
      <span class="outcome">${words}${refusals > 1 && ` ${refusals} times`}</span>
      <code>${makeVisible(entry.tool)}</code>
      <span class="by">${who(entry, names)}</span>
    </p>
    <p class="facts">
      <span>${exactly(entry.time)}</span>
      ${code !== null && html`<span><code>${code}</code> ${isCode(code) && CODES[code].title}</span>`}
      ${plan !== null && html`<span><a href="/plans/${plan}">Plan ${plan.slice(0, 8)}</a></span>`}
      ${traceId !== null && html`<span><a href="${activityAddress({ trace: traceId })}">Trace ${traceId.slice(0, 8)}</a></span>`}
    </p>
    <details>
      <summary>Details</summary>
      ${facts(entry)}
    </details>
  </li>`;
}
