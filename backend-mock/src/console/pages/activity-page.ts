import type { HourCount } from '../../audit/audit-counts.ts';
import type { FoundEntry } from '../../audit/audit-search.ts';
import { html, type Html } from '../html.ts';
import { actForm, reasonField } from './act-form.ts';
import { activityChart } from './activity-chart.ts';
import { entryItem, type Names } from './activity-entry.ts';
import { activityAddress, DECISION_WORDS, OUTCOME_WORDS, type ActivityFilter, type Asked } from './activity-filter.ts';

/** Entries on one page. */
export const PAGE_SIZE = 40;

export interface Activity {
  readonly filter: ActivityFilter;
  /** One more than a page, when there is more. */
  readonly found: readonly FoundEntry[];
  /** Null where something is looked for that the chart would not show. */
  readonly counts: readonly HourCount[] | null;
  readonly names: Names;
  readonly agents: readonly string[];
  readonly tools: readonly string[];
  /** Whether the viewer may erase payloads. */
  readonly erases: boolean;
}

/** A choice among what is known; what the address asks for besides is kept. */
function choice(
  name: 'agent' | 'owner' | 'tool' | 'outcome' | 'decision',
  label: string,
  known: readonly (readonly [value: string, shown: string])[],
  asked: Asked,
): Html {
  const chosen = asked[name];
  const isKnown = chosen === undefined || known.some(([value]) => value === chosen);
  const options = isKnown ? known : [...known, [chosen, chosen] as const];
  return html`<label
    >${label}
    <select name="${name}">
      <option value="">any</option>
      ${options.map(
        ([value, shown]) => html`<option value="${value}" ${value === chosen && html`selected`}>${shown}</option>`,
      )}
    </select></label
  >`;
}

const itself = (names: readonly string[]): (readonly [string, string])[] => names.map((name) => [name, name]);

const moment = (name: 'from' | 'to', label: string, asked: Asked): Html =>
  html`<label>${label} <input type="datetime-local" name="${name}" value="${asked[name]}" /></label>`;

const written = (name: 'rule' | 'run' | 'plan' | 'trace', label: string, asked: Asked): Html =>
  html`<label
    >${label} <input name="${name}" value="${asked[name]}" maxlength="200" autocomplete="off" spellcheck="false"
  /></label>`;

const filters = ({ filter: { asked }, agents, tools, names }: Activity): Html => {
  const { before: _before, ...chosen } = asked;
  return html`<details class="filter" ${Object.keys(chosen).length > 0 && html`open`}>
    <summary>Filter</summary>
    <form class="filters" method="get" action="/activity">
      ${choice('agent', 'Agent', itself(agents), asked)} ${choice('owner', 'Acting for', [...names], asked)}
      ${choice('tool', 'Tool or act', itself(tools), asked)}
      ${choice('outcome', 'Outcome', Object.entries(OUTCOME_WORDS), asked)}
      ${choice('decision', 'Decision', Object.entries(DECISION_WORDS), asked)} ${moment('from', 'From (UTC)', asked)}
      ${moment('to', 'Until (UTC)', asked)} ${written('rule', 'Rule', asked)} ${written('plan', 'Plan', asked)}
      ${written('run', 'Run', asked)} ${written('trace', 'Trace', asked)}
      <p class="buttons"><button type="submit">Show</button> <a href="/activity">Show everything</a></p>
    </form>
  </details>`;
};

function list({ filter: { asked }, found, names }: Activity): Html {
  const shown = found.slice(0, PAGE_SIZE);
  const last = found.length > PAGE_SIZE ? shown.at(-1) : undefined;
  const { before, ...rest } = asked;
  return html`${shown.length === 0 && html`<p class="empty">There is no such entry.</p>`}
    <ol class="entries">
      ${shown.map(({ entry }) => entryItem(entry, names))}
    </ol>
    <nav class="paging" aria-label="Pages of entries">
      ${before !== undefined && html`<a href="${activityAddress(rest)}">Newest</a>`}
      ${last && html`<a href="${activityAddress({ ...rest, before: String(last.position) })}" rel="next">Older</a>`}
    </nav>`;
}

/** What is kept beside entries goes, with its salts; entries stay, and the log still verifies. */
const ERASE: Html = html`<section aria-labelledby="erase">
  <h2 id="erase">Erase payloads</h2>
  <details>
    <summary>Erase what was kept beside entries</summary>
    ${actForm({
      act: 'erase_payloads',
      args: {},
      button: 'Erase these payloads for good',
      danger: true,
      says:
        'Deletes the arguments and results that were kept, and the salts that tie them to their entries. The entries stay, ' +
        'and say that this was done. Where there is very much, do it again until nothing is left.',
      fields: html`<label
          >Of
          <select name="of">
            <option value="person">a person, and the agents that act for them</option>
            <option value="customer">a customer</option>
            <option value="plan">a plan</option>
            <option value="entry">one entry</option>
          </select></label
        >
        <label>Name or id <input name="id" maxlength="200" required autocomplete="off" spellcheck="false" /></label>
        ${reasonField('Why', true)}`,
    })}
  </details>
</section>`;

/** What was done, asked and denied: the audit log, newest first. */
export function activityPage(activity: Activity, now: number): Html {
  const { counts, filter } = activity;
  return html`<h1>Activity</h1>
    ${counts && activityChart(counts, now)}
    <section aria-labelledby="entries">
      <h2 id="entries">Entries</h2>
      ${
        filter.faults.length > 0 &&
        html`<p class="fault" role="alert">That cannot be looked for. ${filter.faults.join(' ')}</p>`
      }
      ${filters(activity)} ${filter.faults.length === 0 && list(activity)}
    </section>
    ${activity.erases && ERASE}`;
}
