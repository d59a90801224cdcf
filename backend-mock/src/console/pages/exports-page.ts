import type { StoredExport } from '../../customers/exports-repository.ts';
import { html, type Html } from '../html.ts';
import { actForm } from './act-form.ts';
import { ago, shortly } from './time.ts';

const facts = (file: StoredExport, now: number): Html =>
  html`<p class="facts">
    <span>${file.rowCount === 1 ? '1 row' : `${file.rowCount} rows`}</span>
    <span>Sealed ${ago(file.createdAt, now)}</span>
    <span><a href="/plans/${file.planId}">Plan</a></span>
    <span><code>${file.digest}</code></span>
  </p>`;

const waiting = (file: StoredExport, now: number): Html =>
  html`<li class="card">
    ${facts(file, now)}
    ${actForm({
      act: 'fetch_export',
      args: { exportId: file.id },
      button: 'Fetch the file, once',
      says: 'It is erased here as soon as your browser has it. Keep it where only you can read it.',
      download: `export-${file.id.slice(0, 8)}.csv`,
    })}
    <p class="hint">Erased ${shortly(file.expiresAt, now)}, fetched or not.</p>
  </li>`;

const over = (file: StoredExport, now: number): Html =>
  html`<li class="card">
    ${facts(file, now)}
    <p>
      ${file.fetchedAt === null ? html`Nobody fetched it; it is erased.` : html`Fetched ${ago(file.fetchedAt, now)}.`}
    </p>
  </li>`;

/** Files that a person's agents had sealed for them. @param now milliseconds. */
export function exportsPage(files: readonly StoredExport[], now: number): Html {
  const open = files.filter(({ fetchedAt, expiresAt }) => fetchedAt === null && expiresAt > now);
  const past = files.filter((file) => !open.includes(file));
  return html`<h1>Exports</h1>
    <p class="hint">Files that your agents had sealed for you. The agents never see what is in them.</p>
    ${open.length === 0 && html`<p class="empty">No file waits for you.</p>`}
    <ul class="cards">
      ${open.map((file) => waiting(file, now))}
    </ul>
    ${
      past.length > 0 &&
      html`<h2>Before</h2>
        <ul class="cards">
          ${past.map((file) => over(file, now))}
        </ul>`
    }`;
}
