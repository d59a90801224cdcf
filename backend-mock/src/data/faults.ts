import { showText } from '@narrow-deputies/contracts/outside';

/** Most entries that are listed; more than these are only counted. */
export const LISTED_MAX = 50;
const CELL_SHOWN = 40;

/** Something about one place of a file. */
export interface Remark {
  readonly file: string;
  /** From 1; the first line of a CSV file is its header. Left out where a file is not read by lines. */
  readonly line?: number | undefined;
  /** By its name in the header, or a JSON pointer; left out where all of it is meant. */
  readonly column?: string | undefined;
  readonly message: string;
}

/** Remarks in the order in which they were made: the first of them, and how many there are in all. */
export class Remarks {
  readonly #listed: Remark[] = [];
  #total = 0;

  add(remark: Remark): void {
    this.#total++;
    if (this.#listed.length < LISTED_MAX) this.#listed.push(remark);
  }

  get listed(): readonly Remark[] {
    return this.#listed;
  }

  get total(): number {
    return this.#total;
  }

  /** A line of text for each that is listed, and one for the rest. */
  lines(): string[] {
    const rest = this.#total - this.#listed.length;
    return [...this.#listed.map(sentence), ...(rest > 0 ? [`… and ${rest} more.`] : [])];
  }
}

function sentence({ file, line, column, message }: Remark): string {
  const place = [file, line === undefined ? undefined : `line ${line}`, column].filter((part) => part !== undefined);
  return `${place.join(', ')}: ${message}`;
}

/** A cell as a message may repeat it: short, on one line, with what is hidden in it made visible. */
export function showCell(text: string): string {
  const { text: shown, cut } = showText(text.replaceAll(/\s/gu, ' '), CELL_SHOWN);
  return `"${shown}${cut ? '…' : ''}"`;
}

/** Why nothing was imported, in words for the person who asked for it. */
export class ImportRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ImportRefused';
    this.code = code;
  }
}

/** @throws ImportRefused `invalid_data` when there is any fault. */
export function requireNone(faults: Remarks): void {
  if (faults.total === 0) return;
  const count = faults.total === 1 ? 'There is 1 fault' : `There are ${faults.total} faults`;
  throw new ImportRefused('invalid_data', [`Nothing was imported. ${count}:`, ...faults.lines()].join('\n'));
}
