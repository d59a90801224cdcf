import type { ExportPreview } from '@narrow-deputies/contracts/crm';
import { html, type Html } from '../../html.ts';
import { facts } from './texts.ts';

const WORDS: Readonly<Record<string, string>> = {
  country: 'country',
  city: 'city',
  orderedSince: 'with an order since',
};
/** Columns by which a person is reached. */
const REACHES: ReadonlySet<string> = new Set(['email', 'phone']);

/** What an export holds: how many rows, which columns, whose. */
export const exportPreviewOf = ({ rowCount, fields, filter, holdsContactData, fetchedBy }: ExportPreview): Html =>
  html`<p class="amount">${rowCount} <small>${rowCount === 1 ? 'customer' : 'customers'}</small></p>
    ${holdsContactData && html`<p class="warning">It holds contact data: people can be reached with it.</p>`}
    <h3 id="columns">Columns of the file</h3>
    <ul class="columns" aria-labelledby="columns">
      ${fields.map((field) => html`<li>${REACHES.has(field) ? html`<strong>${field}</strong> (reaches people)` : field}</li>`)}
    </ul>
    <h3>Only customers</h3>
    ${facts(Object.entries(filter).map(([name, value]) => [WORDS[name] ?? name, String(value)] as const))}
    <p class="hint">Fetched by ${fetchedBy}. The agent never gets the file.</p>`;
