import { HOUR_MS, type HourCount } from '../../audit/audit-counts.ts';
import { html, type Html } from '../html.ts';

const HOURS = 24;
/** Units of the drawing: one column per hour, calls upwards from the line, denials downwards. */
const COLUMN = 10;
const ABOVE = 40;
const LOWEST = 2;

/** What all drawings of a page share, so that their bars can be compared. */
interface Scale {
  readonly first: number;
  /** Units per call, above the line and below it. */
  readonly unit: number;
  /** Units below the line. */
  readonly below: number;
}

/** First hour that the chart shows, in hours since the epoch; the running one is the last. */
export const firstHour = (now: number): number => Math.floor(now / HOUR_MS) - HOURS + 1;

const clock = (hour: number): string => new Date(hour * HOUR_MS).toISOString().slice(11, 16);
const denied = (count: number): string => `${count} denied`;
const calls = (count: number): string => `${count} ${count === 1 ? 'call' : 'calls'}`;
const sum = (counts: readonly HourCount[], what: 'calls' | 'denials'): number =>
  counts.reduce((total, count) => total + count[what], 0);

/** What is there at all can be seen. */
const tall = (count: number, { unit }: Scale): number =>
  count === 0 ? 0 : Math.max(LOWEST, Math.round(count * unit * 100) / 100);

/** One hour's bars. */
function bars(count: HourCount, scale: Scale): Html {
  const x = (count.hour - scale.first) * COLUMN + 1;
  const [up, down] = [tall(count.calls, scale), tall(count.denials, scale)];
  return html`<g>
    <title>${clock(count.hour)} UTC: ${calls(count.calls)}, ${denied(count.denials)}</title>
    <rect class="calls" x="${x}" y="${ABOVE - up}" width="${COLUMN - 2}" height="${up}" fill="currentColor" />
    ${
      down > 0 &&
      html`<rect
        class="denials"
        x="${x}"
        y="${ABOVE + 1}"
        width="${COLUMN - 2}"
        height="${down}"
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        vector-effect="non-scaling-stroke"
      />`
    }
  </g>`;
}

function drawing(agent: string, counts: readonly HourCount[], scale: Scale, id: string): Html {
  const width = HOURS * COLUMN;
  return html`<figure class="chart">
    <figcaption><b>${agent}</b> ${calls(sum(counts, 'calls'))}, ${denied(sum(counts, 'denials'))}</figcaption>
    <svg
      viewBox="0 0 ${width} ${ABOVE + scale.below + 2}"
      preserveAspectRatio="none"
      role="img"
      aria-labelledby="${id}-title ${id}-desc"
    >
      <title id="${id}-title">Calls and denials of ${agent}, by hour</title>
      <desc id="${id}-desc">
        Filled bars above the line are calls, outlined bars below it are denials, for each of the last ${HOURS} hours.
        The same numbers are in the table below.
      </desc>
      ${counts.map((count) => bars(count, scale))}
      <line x1="0" y1="${ABOVE}" x2="${width}" y2="${ABOVE}" stroke="currentColor" vector-effect="non-scaling-stroke" />
    </svg>
    <p class="axis" aria-hidden="true">
      <span>${clock(scale.first)}</span><span>${clock(scale.first + HOURS / 2)}</span><span>now (UTC)</span>
    </p>
  </figure>`;
}

const table = (counts: readonly HourCount[]): Html =>
  html`<details>
    <summary>The numbers</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="The numbers">
      <table>
        <thead>
          <tr>
            <th scope="col">Hour (UTC)</th>
            <th scope="col">Agent</th>
            <th scope="col">Calls</th>
            <th scope="col">Denied</th>
          </tr>
        </thead>
        <tbody>
          ${counts
            .toSorted((a, b) => b.hour - a.hour)
            .map(
              (count) =>
                html`<tr>
                  <th scope="row">${clock(count.hour)}</th>
                  <td>${count.agent}</td>
                  <td>${count.calls}</td>
                  <td>${count.denials}</td>
                </tr>`,
            )}
        </tbody>
      </table>
    </div>
  </details>`;

/**
 * Calls and denials of the last 24 hours, one drawing per agent, all at one scale. Told apart by place and by filling, not
 * by colour.
 *
 * @param counts hours in which nothing happened are left out.
 */
export function activityChart(counts: readonly HourCount[], now: number): Html {
  const first = firstHour(now);
  const shown = counts.filter(({ hour }) => hour >= first && hour < first + HOURS);
  if (shown.length === 0) return html`<p class="empty">No agent did anything in the last ${HOURS} hours.</p>`;
  const unit = ABOVE / Math.max(1, ...shown.map((count) => count.calls));
  const below = Math.max(LOWEST, Math.ceil(unit * Math.max(...shown.map(({ denials }) => denials))));
  const byAgent = [...Map.groupBy(shown, ({ agent }) => agent)];
  return html`<section class="charts" aria-labelledby="charts">
    <h2 id="charts">The last ${HOURS} hours</h2>
    <p class="hint">Filled, above the line: calls. Outlined, below it: those that were denied.</p>
    ${byAgent.map(([agent, own], index) => drawing(agent, own, { first, unit, below }, `chart-${index}`))}
    ${table(shown)}
  </section>`;
}
