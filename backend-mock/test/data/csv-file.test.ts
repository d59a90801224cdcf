import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { CELL_MAX, readCsv, type CsvResult } from '../../src/data/csv-file.ts';
import { Remarks } from '../../src/data/faults.ts';
import { fileOf } from './files.ts';

const COLUMNS = { required: ['a', 'b', 'c'], optional: ['d'] };

interface Read {
  readonly rows: readonly (readonly (string | undefined)[])[];
  readonly lines: readonly number[];
  readonly faults: readonly string[];
  readonly result: CsvResult | undefined;
}

async function read(content: string | Uint8Array): Promise<Read> {
  const faults = new Remarks();
  const rows: (string | undefined)[][] = [];
  const lines: number[] = [];
  const result = await readCsv({
    file: fileOf(content),
    columns: COLUMNS,
    faults,
    onRow(line, cells) {
      lines.push(line);
      rows.push(['a', 'b', 'c', 'd'].map((column) => cells.get(column)));
    },
    onBytes: () => undefined,
  });
  const said = faults.listed.map(({ line, column, message }) => [line, column, message].filter(Boolean).join(' '));
  return { rows, lines, faults: said, result };
}

const NOTE = 'The rest of the file was not read.';

describe('rows of a file', () => {
  test('whatever csv-stringify writes comes back the same, on the line where it begins [data.import]', async () => {
    const cell = fc
      .string({ unit: 'binary', maxLength: 30 })
      .filter((text) => !text.includes('\0') && text.isWellFormed());
    const hostile = fc.constantFrom(
      '"',
      '""',
      ',',
      '\n',
      '\r\n',
      '\r',
      'a\n"b",\r\n',
      ' x ',
      '\uFEFF',
      "'",
      '=1+1',
      '\u202E',
    );
    const row = fc.array(fc.oneof(cell, hostile), { minLength: 3, maxLength: 3 });
    const options = fc.record({
      bom: fc.boolean(),
      quoted: fc.boolean(),
      record_delimiter: fc.constantFrom('\n', '\r\n'),
      eof: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), options, async (rows, how) => {
        const text = stringify([['a', 'b', 'c'], ...rows], { ...how, quoted_match: /[\r\n]/ });
        const { rows: found, faults, lines, result } = await read(text);
        expect(faults).toEqual([]);
        expect(found).toEqual(rows.map((cells) => [...cells, '']));
        expect(result?.read).toBe(rows.length);
        const feeds = rows.map((cells) => cells.join('').split('\n').length);
        expect(lines).toEqual(feeds.map((_, index) => 2 + feeds.slice(0, index).reduce((sum, each) => sum + each, 0)));
      }),
    );
  });

  test('columns stand in any order, an optional one too, and empty lines say nothing', async () => {
    const { rows, lines, faults } = await read('d,c,b,a\n\n4,3,2,1\n\r\n\n8,7,6,5');
    expect(faults).toEqual([]);
    expect(rows).toEqual([
      ['1', '2', '3', '4'],
      ['5', '6', '7', '8'],
    ]);
    expect(lines).toEqual([3, 6]);
  });

  test('a file that is cut into any pieces reads the same', async () => {
    const long = Array.from({ length: 20_000 }, (_, index) => `"é${index}",ü€,👩‍🍳\r\n`).join('');
    const { rows, lines, faults } = await read(`a,b,c\r\n${long}`);
    expect(faults).toEqual([]);
    expect(rows).toHaveLength(20_000);
    expect(rows.at(-1)).toEqual(['é19999', 'ü€', '👩‍🍳', '']);
    expect(lines.at(-1)).toBe(20_001);
  });

  test('the digest is that of the file as it lies, its mark included', async () => {
    const [plain, marked] = [await read('a,b,c\n'), await read('\uFEFFa,b,c\n')];
    expect(plain.result?.digest).toMatch(/^sha-256:[0-9a-f]{64}$/);
    expect(marked.result).toEqual({ read: 0, digest: expect.not.stringMatching(plain.result?.digest ?? '') });
  });
});

describe('what is no such file is a fault by its line and column', () => {
  const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');

  test.each<[string, string | Uint8Array, string[]]>([
    [
      'Latin-1',
      latin('a,b,c\n1,M\u00FCnster,3\nx,y,z\n1,2,\u00E9'),
      ['2 b Is not UTF-8. Save the file as UTF-8.', '4 c Is not UTF-8. Save the file as UTF-8.'],
    ],
    [
      'half a character at the end',
      Buffer.concat([Buffer.from('a,b,c\n1,2,'), Buffer.from([0xe2, 0x82])]),
      ['2 c Is not UTF-8. Save the file as UTF-8.'],
    ],
    [
      'a surrogate in UTF-8',
      Buffer.concat([Buffer.from('a,b,c\n1,2,'), Buffer.from([0xed, 0xa0, 0x80])]),
      ['2 c Is not UTF-8. Save the file as UTF-8.'],
    ],
    [
      'UTF-16 with its mark',
      Buffer.from('\uFEFFa,b,c\n', 'utf16le'),
      [`1 Is not UTF-8 but, it seems, UTF-16. Save the file as UTF-8. ${NOTE}`],
    ],
    [
      'UTF-16 without',
      Buffer.from('a,b,c\n1,2,3', 'utf16le'),
      [`1 Is not UTF-8 but, it seems, UTF-16. Save the file as UTF-8. ${NOTE}`],
    ],
    ['NUL', 'a,b,c\n1,2\0,3\n', ['2 b Holds a NUL character.']],
    [
      'a long cell',
      `a,b,c\n1,${'x'.repeat(CELL_MAX)},3\n1,${'x'.repeat(CELL_MAX + 1)},3`,
      [`3 b Is longer than ${CELL_MAX} characters.`],
    ],
    [
      'too few and too many cells',
      'a,b,c\n1,2\n1,2,3,4\n1,2,3',
      ['2 Has 2 cells where the header has 3.', '3 Has 4 cells where the header has 3.'],
    ],
    [
      'a quote left open',
      'a,b,c\n1,2,3\n1,"2,3\n4,5,6\n',
      [`3 b The quote that begins this cell is never closed. ${NOTE}`],
    ],
    [
      'a quote left open for long',
      `a,b,c\n1,"2,3\n${'4,5,6\n'.repeat(20_000)}`,
      [`2 b A cell goes on for more than 64 KiB. Is a quote left open? ${NOTE}`],
    ],
    [
      'text behind a quote',
      'a,b,c\n1,"2"x,3\n',
      [`2 b A quote ends a cell and text follows it. A quote inside a quoted cell is written twice. ${NOTE}`],
    ],
    [
      'a quote inside a cell',
      'a,b,c\n"1\n1",2,3\n1,2,x"3"\n',
      [`4 c A quote stands inside a cell that does not begin with one. ${NOTE}`],
    ],
    ['a line without end', `a,b,c\n${','.repeat(2 * 1024 * 1024)}`, [`2 Is longer than 1 MiB. ${NOTE}`]],
    ['nothing', '', ['1 The file is empty; its first line is the header.']],
    ['a mark alone', '\uFEFF', ['1 The file is empty; its first line is the header.']],
    ['empty lines', '\n\r\n\n', ['1 The file is empty; its first line is the header.']],
  ])('%s', async (_name, content, expected) => {
    expect((await read(content)).faults).toEqual(expected);
  });

  test.each([
    ['lacks one', 'a,c\n', ['1 The header lacks the column b.']],
    ['has one twice', 'a,b,c,b\n', ['1 The header has the column b twice.']],
    ['has an unknown one', 'a,b,c,Password\n', ['1 The header has an unknown column, "Password".']],
    ['differs in case', 'A,b,c\n', ['1 The header has an unknown column, "A".', '1 The header lacks the column a.']],
    [
      'hides something',
      'a,b,c\u200B\n',
      ['1 The header has an unknown column, "c⟦U+200B⟧".', '1 The header lacks the column c.'],
    ],
    [
      'ends lines as nobody does any more',
      'a,b,c\r1,2,3\r',
      [
        '1 The header has an unknown column, "c 1".',
        '1 The header has an unknown column, "2".',
        '1 The header has an unknown column, "3 ".',
        '1 The header lacks the column c.',
      ],
    ],
    [
      'is separated otherwise',
      'a;b;c\n1;2;3\n',
      [
        '1 The header has an unknown column, "a;b;c".',
        '1 The header lacks the column a.',
        '1 The header lacks the column b.',
        '1 The header lacks the column c.',
      ],
    ],
  ])('a header that %s', async (_name, content, expected) => {
    const { faults, rows, result } = await read(content);
    expect({ faults, rows, result }).toEqual({ faults: expected, rows: [], result: undefined });
  });

  test('what stood before the fault was read and is counted; what is shown ends at fifty', async () => {
    const { faults, rows, result } = await read(`a,b,c\n${'1,2\n'.repeat(70)}1,2,3\n`);
    expect({ shown: faults.length, rows: rows.length, read: result?.read }).toEqual({ shown: 50, rows: 1, read: 71 });
  });

  test('a file that is not there is named without being repeated raw', async () => {
    const source = { file: '/nowhere/\u202Efile.csv', columns: COLUMNS, faults: new Remarks() };
    await expect(readCsv({ ...source, onRow: () => undefined, onBytes: () => undefined })).rejects.toMatchObject({
      code: 'unreadable_file',
      message: 'The file "/nowhere/⟦U+202E⟧file.csv" cannot be read: it does not exist.',
    });
  });
});
