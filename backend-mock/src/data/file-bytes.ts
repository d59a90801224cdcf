import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { errorCode } from '../common/error-code.ts';
import { ImportRefused, showCell } from './faults.ts';

const CHUNK = 256 * 1024;
/** A line longer than this is refused before anything is made of it; in bytes. */
const LINE_MAX = 1024 * 1024;
const LINE_FEED = 0x0a;
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A file whose bytes cannot be read as lines of UTF-8. */
export class UnreadableLine extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = 'UnreadableLine';
    this.line = line;
  }
}

/** Which line a byte stands on, asked in ascending order: the places of the line feeds between. */
export class LineIndex {
  #ends: number[] = [];
  #next = 0;
  #line = 1;
  #size = 0;
  #last = -1;

  /** Takes the next bytes of the file. @throws UnreadableLine when one line goes on for too long. */
  take(chunk: Buffer): void {
    this.#ends = this.#ends.slice(this.#next);
    this.#next = 0;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) {
      this.#last = this.#size + at;
      this.#ends.push(this.#last);
    }
    this.#size += chunk.length;
    if (this.#size - this.#last > LINE_MAX) {
      throw new UnreadableLine(this.#line + this.#ends.length, 'Is longer than 1 MiB.');
    }
  }

  lineAt(offset: number): number {
    while ((this.#ends[this.#next] ?? Infinity) < offset) {
      this.#next++;
      this.#line++;
    }
    return this.#line;
  }
}

/** The bytes of one file behind its byte-order mark, in order and once, with what is found out about them on the way. */
export class FileBytes {
  readonly lines = new LineIndex();
  readonly #file: string;
  readonly #hash: Hash = createHash('sha256');
  #digest: string | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** `sha-256:<hex>` of the whole file, its mark included. @throws Error before it was read to its end. */
  get digest(): string {
    if (this.#digest === undefined) throw new Error('The file has not been read to its end.');
    return this.#digest;
  }

  /**
   * @param progress is told how many bytes were read.
   * @throws ImportRefused for a file that cannot be opened; UnreadableLine.
   */
  async *read(progress: (bytes: number) => void): AsyncGenerator<Buffer> {
    let size = 0;
    let head: Buffer | undefined = Buffer.alloc(0);
    for await (const chunk of this.#open()) {
      this.#hash.update(chunk);
      size += chunk.length;
      progress(size);
      if (head === undefined) {
        this.lines.take(chunk);
        yield chunk;
      } else {
        head = Buffer.concat([head, chunk]);
        if (head.length < 4) continue;
        yield this.#begin(head);
        head = undefined;
      }
    }
    if (head !== undefined) yield this.#begin(head);
    this.#digest = `sha-256:${this.#hash.digest('hex')}`;
  }

  async *#open(): AsyncGenerator<Buffer> {
    try {
      yield* createReadStream(this.#file, { highWaterMark: CHUNK });
    } catch (error) {
      const code = errorCode(error);
      const reason = code === 'ENOENT' ? 'it does not exist' : (code ?? 'unknown reason');
      throw new ImportRefused('unreadable_file', `The file ${showCell(this.#file)} cannot be read: ${reason}.`);
    }
  }

  #begin(head: Buffer): Buffer {
    const start = head.subarray(0, 4);
    const hasWideMark = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
    if (hasWideMark || start.includes(0)) {
      throw new UnreadableLine(1, 'Is not UTF-8 but, it seems, UTF-16. Save the file as UTF-8.');
    }
    const text = start.subarray(0, 3).equals(UTF8_MARK) ? head.subarray(3) : head;
    this.lines.take(text);
    return text;
  }
}
