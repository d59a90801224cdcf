import { showText, type Shown } from '@narrow-deputies/contracts/outside';
import { html, type Html } from '../../html.ts';

/** How much of a text stands on a page before somebody asks for the rest, in UTF-16 units. */
const HEAD = 280;
/** And how many of its lines: empty ones push what matters off the screen just as well. */
const LINES = 8;
const HIDDEN = /(⟦U\+[0-9A-F]{4,6}(?: ×\d+)?⟧)/u;

function headOf(text: string, most: number): Shown {
  const lines = text.split('\n', LINES + 1);
  const head = showText(lines.slice(0, LINES).join('\n'), most);
  return { text: head.text, cut: head.cut || lines.length > LINES };
}

const visible = (text: string): string => showText(text, Number.MAX_SAFE_INTEGER).text;

/** Characters that nobody could see, written out and marked as what they are. */
const marked = (text: string): Html[] =>
  text.split(HIDDEN).map((part, index) => (index % 2 === 0 ? html`${part}` : html`<mark>${part}</mark>`));

/** A text among others: it cannot reorder them, and hides nothing. Goes wherever text goes. */
export const isolated = (text: string): Html => html`<bdi>${marked(visible(text))}</bdi>`;

/** The same, cut with a count where it is long; for headings and links, which have no room for more. */
export function beginning(text: string, most: number = HEAD): Html {
  const { text: head, cut } = headOf(text, most);
  return cut ? html`<bdi>${marked(head)}…</bdi> <small>(${counted(text)} in all)</small>` : isolated(text);
}

/** The same, whole: what is long is cut with a count, and opens. A block of its own. */
export function openable(text: string, most: number = HEAD): Html {
  const { text: head, cut } = headOf(text, most);
  if (!cut) return isolated(text);
  return html`<details class="long">
    <summary><bdi>${marked(head)}…</bdi> <small>All ${counted(text)}</small></summary>
    <p>${isolated(text)}</p>
  </details>`;
}

/** A text exactly as it is, line for line. A line feed behind the tag would not count (HTML, section 13.1.2.5). */
export const exactly = (text: string): Html => html`<pre dir="auto">${'\n'}${marked(visible(text))}</pre>`;

const counted = (text: string): string => `${Array.from(text).length.toLocaleString('en')} characters`;

/** Rows of a description list, each isolated by being a block; a value is text, or what stands for it already. */
export const facts = (rows: readonly (readonly [label: string, value: string | Html | undefined])[]): Html =>
  html`<dl>
    ${rows.map(
      ([label, value]) =>
        value !== undefined &&
        html`<dt>${marked(visible(label))}</dt>
          <dd>${typeof value === 'string' ? valueOf(value) : value}</dd>`,
    )}
  </dl>`;

const valueOf = (text: string): Html | Html[] => (headOf(text, HEAD).cut ? openable(text) : marked(visible(text)));
