import type { Verdict } from './bounds.ts';

/** Rows of cells as text: the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

/** A number as people read it, or a dash where there is none. */
export const number = (value: number | null, digits = 1): string => (value === null ? '-' : value.toFixed(digits));

/** The promises, each with its number beside it. */
export const verdictTable = (verdicts: readonly Verdict[]): string =>
  table([
    ['bound', 'measured', 'at most', ''],
    ...verdicts.map(({ what, value, bound, unit, state }) => [
      what,
      `${number(value, Number.isInteger(value) ? 0 : 2)}${unit}`,
      `${bound}${unit}`,
      state,
    ]),
  ]);
