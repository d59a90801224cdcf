import { createReadStream } from 'node:fs';
import type { JsonObject } from '@narrow-deputies/contracts';
import { parseCanonical } from '@narrow-deputies/signing';
import { Fault, type ExportCode } from './fault.ts';

const NEWLINE = 0x0a;
/** Longest line, in bytes; an export writes none that comes near. */
const LINE_MAX = 64 * 1024 * 1024;
const DEPTH_MAX = 64;

/** How faults of one file are called. */
export interface LineCodes {
  readonly malformed: ExportCode;
  readonly missing: ExportCode;
  readonly unexpected: ExportCode;
}

/**
 * One file of canonical JSON lines in the order of the log: each an object with the `index` of its entry, no two with the
 * same. Only one line is held at a time. A line that is wrong is told once, and reading goes on behind it.
 */
export class JsonLines {
  readonly name: string;
  readonly #codes: LineCodes;
  readonly #lines: AsyncGenerator<Buffer, void>;
  /** The next line; `broken` where it cannot be read; undefined at the end. */
  #head: { readonly index: number; readonly value: JsonObject } | 'broken' | undefined;
  #started = false;
  /** Index of the last line that could be read. */
  #last = -1;

  constructor(file: string, name: string, codes: LineCodes) {
    this.name = name;
    this.#codes = codes;
    this.#lines = splitLines(file);
  }

  /**
   * The line of one entry. Entries are asked for in their order.
   *
   * @returns undefined when there is none.
   * @throws Fault for a line of an entry that has none, and for one that cannot be read where one is expected.
   */
  async at(index: number, expected: boolean): Promise<JsonObject | undefined> {
    if (!this.#started) await this.#next();
    const head = this.#head;
    if (head === undefined) return undefined;
    if (head === 'broken') {
      if (!expected) return undefined;
      while (this.#head === 'broken') await this.#next();
      await this.skip(index);
      throw this.#malformed();
    }
    if (head.index > index) return undefined;
    await this.#next();
    if (head.index < index || !expected) {
      throw new Fault(this.#codes.unexpected, `${this.name} has a line for an entry that has none.`, head.index);
    }
    return head.value;
  }

  /** Goes past a line that stands before that of an entry. @returns whether there was one, as a fault. */
  async stale(index: number): Promise<Fault | undefined> {
    if (!this.#started) await this.#next();
    const head = this.#head;
    if (typeof head !== 'object' || head.index >= index) return undefined;
    await this.#next();
    return new Fault(this.#codes.unexpected, `${this.name} has a line for an entry that has none.`, head.index);
  }

  /** Goes past the line of an entry that cannot be read, and what stands before it. */
  async skip(index: number): Promise<void> {
    if (!this.#started) await this.#next();
    while (typeof this.#head === 'object' && this.#head.index <= index) await this.#next();
  }

  /** The same where a line has to be. @throws Fault where there is none. */
  async demand(index: number): Promise<JsonObject> {
    const line = await this.at(index, true);
    if (line) return line;
    throw new Fault(this.#codes.missing, `${this.name} has no line for it.`);
  }

  /** @throws Fault when lines are left. */
  async end(): Promise<void> {
    if (!this.#started) await this.#next();
    if (this.#head === 'broken') throw this.#malformed();
    if (this.#head) throw new Fault(this.#codes.unexpected, `${this.name} goes on after the last entry.`);
  }

  async close(): Promise<void> {
    await this.#lines.return();
  }

  async #next(): Promise<void> {
    this.#started = true;
    const next = await this.#lines.next();
    this.#head = next.done === true ? undefined : readLine(next.value, this.#last);
    if (typeof this.#head === 'object') this.#last = this.#head.index;
  }

  #malformed(): Fault {
    return new Fault(this.#codes.malformed, `A line of ${this.name} is not as it was written.`);
  }
}

function readLine(line: Buffer, before: number): { index: number; value: JsonObject } | 'broken' {
  // Without the newline, which only the last line of a file that was cut lacks.
  if (line.at(-1) !== NEWLINE) return 'broken';
  const parsed = parseCanonical(line.subarray(0, -1), { maxDepth: DEPTH_MAX });
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) {
    return 'broken';
  }
  const { index } = parsed.value;
  const inOrder = typeof index === 'number' && Number.isSafeInteger(index) && index > before;
  return inOrder ? { index, value: parsed.value } : 'broken';
}

/** Lines with their newline; what is too long comes out in parts, which are no lines. */
async function* splitLines(file: string): AsyncGenerator<Buffer, void> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, to + 1)]);
      parts = [];
      length = 0;
      from = to + 1;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LINE_MAX) {
      yield Buffer.concat(parts);
      parts = [];
      length = 0;
    }
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}
