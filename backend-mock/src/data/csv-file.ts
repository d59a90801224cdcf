import { isUtf8 } from 'node:buffer';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { errorCode } from '../common/error-code.ts';
import { showCell, type Remarks } from './faults.ts';
import { FileBytes, UnreadableLine } from './file-bytes.ts';

/** Most rows of one file. */
export const ROWS_MAX = 1_000_000;
/** Longest text of one cell, in UTF-16 units. */
export const CELL_MAX = 1000;
/** A cell that goes on for longer than this has a quote left open; in bytes. */
const OPEN_QUOTE_MAX = 64 * 1024;

/** What stands in the way of reading on, by the parser's own codes. */
const SYNTAX: Readonly<Record<string, string>> = {
  INVALID_OPENING_QUOTE: 'A quote stands inside a cell that does not begin with one.',
  CSV_INVALID_CLOSING_QUOTE: 'A quote ends a cell and text follows it. A quote inside a quoted cell is written twice.',
  CSV_QUOTE_NOT_CLOSED: 'The quote that begins this cell is never closed.',
  CSV_MAX_RECORD_SIZE: 'A cell goes on for more than 64 KiB. Is a quote left open?',
};
const NOT_READ_ON = 'The rest of the file was not read.';

export interface Columns {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

export interface CsvSource {
  readonly file: string;
  readonly columns: Columns;
  readonly faults: Remarks;
  /** Gets every row that has as many cells as the header, by column. A cell that is no text is left out: that was said. */
  readonly onRow: (line: number, cells: ReadonlyMap<string, string>) => void;
  /** Is told how many bytes were read. */
  readonly onBytes: (bytes: number) => void;
}

export interface CsvResult {
  /** Rows below the header, whatever is wrong with them. */
  readonly read: number;
  /** `sha-256:<hex>` of the file. */
  readonly digest: string;
}

/** Reads one file row by row; its faults go to `faults`. @returns undefined when it could not be read to its end. */
export async function readCsv(source: CsvSource): Promise<CsvResult | undefined> {
  const bytes = new FileBytes(source.file);
  const reader = new CsvReader(source, bytes);
  try {
    const parser = reader.parser();
    parser.resume();
    await pipeline(bytes.read(source.onBytes), parser);
  } catch (error) {
    if (!reader.explain(error)) throw error;
    return undefined;
  }
  return reader.end() ? { read: reader.read, digest: bytes.digest } : undefined;
}

/** Ends the reading; what was wrong is written down already. */
class StopReading extends Error {}

class CsvReader {
  read = 0;
  readonly #source: CsvSource;
  readonly #bytes: FileBytes;
  #header: readonly string[] | undefined;
  /** Where the last complete row ended. */
  #end = 0;

  constructor(source: CsvSource, bytes: FileBytes) {
    this.#source = source;
    this.#bytes = bytes;
  }

  parser(): ReturnType<typeof parse> {
    return parse({
      // Cells arrive as bytes: only so can each be told to be UTF-8 or not.
      encoding: null,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      max_record_size: OPEN_QUOTE_MAX,
      on_record: (cells, { bytes }) => {
        const line = this.#bytes.lines.lineAt(this.#end);
        this.#end = bytes;
        // The types of the library know text alone.
        this.#take(line, cells as unknown as Uint8Array[]);
        return null;
      },
    });
  }

  /** Writes down why reading ended. @returns whether it was for something in the file. */
  explain(error: unknown): boolean {
    if (error instanceof StopReading) return true;
    if (error instanceof UnreadableLine) return this.#fault(error.line, undefined, `${error.message} ${NOT_READ_ON}`);
    const syntax = SYNTAX[errorCode(error) ?? ''];
    if (syntax === undefined) return false;
    const index = (error as { readonly column?: unknown }).column;
    const column = typeof index === 'number' ? this.#header?.[index] : undefined;
    return this.#fault(this.#bytes.lines.lineAt(this.#end), column, `${syntax} ${NOT_READ_ON}`);
  }

  /** @returns whether there was a header. */
  end(): boolean {
    return this.#header !== undefined || !this.#fault(1, undefined, 'The file is empty; its first line is the header.');
  }

  #fault(line: number, column: string | undefined, message: string): true {
    this.#source.faults.add({ file: this.#source.file, line, column, message });
    return true;
  }

  #take(line: number, cells: readonly Uint8Array[]): void {
    // An empty line says nothing.
    if (cells.length === 1 && cells[0]?.length === 0) return;
    if (this.#header === undefined) {
      this.#header = this.#readHeader(line, cells);
      return;
    }
    if (++this.read > ROWS_MAX) {
      this.#fault(line, undefined, `The file has more than ${ROWS_MAX} rows. Import it in parts.`);
      throw new StopReading();
    }
    const { length } = this.#header;
    if (cells.length !== length) {
      this.#fault(line, undefined, `Has ${cells.length} cells where the header has ${length}.`);
      return;
    }
    const texts = new Map(this.#source.columns.optional.map((column) => [column, '']));
    this.#header.forEach((column, at) => {
      const text = this.#decode(line, column, cells[at] ?? new Uint8Array());
      if (text === undefined) texts.delete(column);
      else texts.set(column, text);
    });
    this.#source.onRow(line, texts);
  }

  #decode(line: number, column: string | undefined, cell: Uint8Array): string | undefined {
    if (!isUtf8(cell)) {
      this.#fault(line, column, 'Is not UTF-8. Save the file as UTF-8.');
      return undefined;
    }
    const text = Buffer.from(cell.buffer, cell.byteOffset, cell.length).toString('utf8');
    const message = text.includes('\0')
      ? 'Holds a NUL character.'
      : text.length > CELL_MAX
        ? `Is longer than ${CELL_MAX} characters.`
        : undefined;
    if (message === undefined) return text;
    this.#fault(line, column, message);
    return undefined;
  }

  /** @throws StopReading when the rows below could not be understood. */
  #readHeader(line: number, cells: readonly Uint8Array[]): readonly string[] {
    const { required, optional } = this.#source.columns;
    const { total } = this.#source.faults;
    const names = cells.map((cell) => this.#decode(line, undefined, cell) ?? '');
    for (const [at, name] of names.entries()) {
      if (!required.includes(name) && !optional.includes(name)) {
        this.#fault(line, undefined, `The header has an unknown column, ${showCell(name)}.`);
      } else if (names.indexOf(name) !== at) {
        this.#fault(line, undefined, `The header has the column ${name} twice.`);
      }
    }
    for (const name of required) {
      if (!names.includes(name)) this.#fault(line, undefined, `The header lacks the column ${name}.`);
    }
    if (this.#source.faults.total > total) throw new StopReading();
    return names;
  }
}
