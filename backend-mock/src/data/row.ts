import { calendarDate, recordId } from '@narrow-deputies/contracts/crm';
import { parseAmount, type Currency } from './amounts.ts';
import { showCell, type Remarks } from './faults.ts';

/** What the rows of one file have in common. */
export interface RowContext {
  readonly file: string;
  readonly faults: Remarks;
  readonly notes: Remarks;
  /** Of each id, the line that it stood on first. */
  readonly lines: Map<string, number>;
  /** Real files repeat a few cities and days many times: one string for all. */
  readonly repeated: Map<string, string>;
}

const REPEATED_MAX = 10_000;

/** One row on its way to become a record. What is asked of a cell that lacks it is a fault, and the answer undefined. */
export class Row {
  readonly line: number;
  /** Whether anything asked so far was a fault. */
  faulty = false;
  readonly #context: RowContext;
  readonly #cells: ReadonlyMap<string, string>;

  constructor(context: RowContext, line: number, cells: ReadonlyMap<string, string>) {
    this.#context = context;
    this.line = line;
    this.#cells = cells;
  }

  /** Null for an empty cell. Whatever else is in a text is data and stays as it is. */
  text(column: string): string | null {
    const text = this.#cell(column);
    return text === undefined || text === '' ? null : this.#once(text);
  }

  requiredText(column: string): string {
    const text = this.#cell(column);
    if (text !== undefined && text.trim() === '') this.fault(column, 'Is empty.');
    return text ?? '';
  }

  /** A reference to a record; blanks around it are dropped, and that is noted. */
  id(column: string): string | undefined {
    const text = this.#cell(column);
    if (text === undefined) return undefined;
    const id = text.trim();
    if (!recordId.safeParse(id).success) {
      const wanted = 'An id is 1 to 40 letters, digits, "-" and "_".';
      return this.fault(column, id === '' ? 'Is empty.' : `${showCell(id)} is no id. ${wanted}`);
    }
    if (id !== text) {
      const { file, notes } = this.#context;
      notes.add({ file, line: this.line, column, message: `The blanks around the id "${id}" were dropped.` });
    }
    return id;
  }

  /** The row's own id, which no row above has. */
  ownId(column: string): string | undefined {
    const id = this.id(column);
    if (id === undefined) return undefined;
    const { lines } = this.#context;
    const first = lines.get(id);
    if (first !== undefined) return this.fault(column, `The id "${id}" stands on line ${first} already.`);
    lines.set(id, this.line);
    return id;
  }

  date(column: string): string | null {
    const text = this.text(column);
    if (text === null || calendarDate.safeParse(text).success) return text;
    this.fault(column, `${showCell(text)} is no day of the calendar, written YYYY-MM-DD.`);
    return null;
  }

  requiredDate(column: string): string {
    const text = this.requiredText(column);
    return text.trim() === '' ? text : (this.date(column) ?? '');
  }

  /** Minor units. */
  amount(column: string, currency: Currency): number {
    const text = this.requiredText(column);
    if (text.trim() === '') return 0;
    const amount = parseAmount(text, currency);
    if (amount.ok) return amount.minor;
    this.fault(column, amount.message);
    return 0;
  }

  fault(column: string, message: string): undefined {
    this.faulty = true;
    this.#context.faults.add({ file: this.#context.file, line: this.line, column, message });
  }

  #once(text: string): string {
    const { repeated } = this.#context;
    const known = repeated.get(text);
    if (known !== undefined) return known;
    if (repeated.size < REPEATED_MAX) repeated.set(text, text);
    return text;
  }

  #cell(column: string): string | undefined {
    const text = this.#cells.get(column);
    if (text === undefined) this.faulty = true;
    return text;
  }
}
