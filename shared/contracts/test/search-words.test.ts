import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { searchCustomersArguments } from '../src/crm.ts';
import { foldForSearch } from '../src/search-words.ts';

const accepted = (query: string): boolean => searchCustomersArguments.safeParse({ query }).success;

describe('what may be searched for [crm.search]', () => {
  test.each(['Bo', 'México', '東京', 'O’Neil & Sons', 'ALFKI', 'שלום', '4711', 'x'.repeat(100)])('%s', (query) => {
    expect(accepted(query)).toBe(true);
  });

  test.each([
    ['one letter', 'a'],
    ['one letter among blanks', '   a   '],
    ['nothing', ''],
    ['wildcards of SQL', '%%'],
    ['wildcards of SQL for one character', '___'],
    ['wildcards of shells', '**'],
    ['a wildcard and a letter', '%a%'],
    ['a pattern', '.*'],
    ['blanks', '          '],
    ['invisible letters', '\u3164\u3164'],
    ['more than 100 characters', 'x'.repeat(101)],
  ])('%s is refused', (_, query) => {
    expect(accepted(query)).toBe(false);
  });
});

describe('the folded form', () => {
  test('makes no difference of case, accents, widths and blanks', () => {
    for (const text of ['MÉXICO  d.f. ', 'mexico d.f.', 'Ｍexico\u00A0D.F.', 'Me\u0301xico D.F.']) {
      expect(foldForSearch(text)).toBe('mexico d.f.');
    }
  });

  test('holds nothing that is not seen, so that no pattern ends early', () => {
    expect(foldForSearch('\0Te\u200Be\u001B\u0085\u202Eh\u00ADaus\u007F')).toBe('teehaus');
    expect(foldForSearch('a\t\r\nb')).toBe('a b');
    expect(accepted('\0%\u0001\u0002')).toBe(false);
  });

  test('of a folded text is itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(foldForSearch(foldForSearch(text))).toBe(foldForSearch(text));
      }),
      { numRuns: 2000 },
    );
  });
});
