import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { makeVisible } from '@narrow-deputies/contracts/text';
import { jsonDocument } from './visible-json.ts';

/** One JSON document, and nothing else, on standard output. */
export const printJson = (value: JsonValue): void => {
  process.stdout.write(`${jsonDocument(value)}\n`);
};

/** Lines for a person; what came from outside cannot move the cursor or hide. */
export const printLines = (...lines: string[]): void => {
  process.stdout.write(`${lines.map(visible).join('\n')}\n`);
};

/** Messages beside the result. */
export const note = (...lines: string[]): void => {
  process.stderr.write(`${lines.map(visible).join('\n')}\n`);
};

const visible = (line: string): string => makeVisible(line);

const cell = (value: JsonValue | undefined): string => {
  if (value === null || value === undefined) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** A table with one line per row; `columns` maps a heading to a field. */
export function printTable(rows: readonly JsonObject[], columns: Readonly<Record<string, string>>): void {
  const headings = Object.keys(columns);
  const cells = rows.map((row) => headings.map((heading) => visible(cell(row[columns[heading] ?? '']))));
  const widths = headings.map((heading, at) => Math.max(heading.length, ...cells.map((line) => line[at]?.length ?? 0)));
  const format = (line: readonly string[]): string =>
    line
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  process.stdout.write(`${[format(headings), ...cells.map(format)].join('\n')}\n`);
}

/** `name: value` lines, aligned. */
export function describe(fields: Readonly<Record<string, JsonValue | undefined>>): string[] {
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  return Object.entries(fields).map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}`);
}

/** A text of several lines, each marked: none of them passes for a line of this program's own. */
export const quote = (text: string): string[] => text.split(/\r?\n/).map((line) => `| ${line}`);

/** Labels with their values, aligned; a value of several lines stands below its label, quoted. */
export function describeLines(lines: readonly { readonly label: string; readonly value: string }[]): string[] {
  const width = Math.max(0, ...lines.map(({ label }) => label.length));
  return lines.flatMap(({ label, value }) =>
    /[\r\n]/.test(value) ? [label, ...quote(value).map((line) => `  ${line}`)] : [`${label.padEnd(width)}  ${value}`],
  );
}
