import { describe, expect, test } from '@jest/globals';
import { foldName, isDeceptive } from '../../src/people/fold-name.ts';
import { personName } from '../../src/people/person-name.ts';

const SPELLINGS: readonly (readonly [string, string, readonly string[]])[] = [
  ['case', 'Owner', ['owner', 'OWNER', 'oWnEr']],
  ['accents', 'rene', ['René', 'Rene\u0301', 'RENÉ']],
  ['width and style', 'owner', ['ｏｗｎｅｒ', '𝐨𝐰𝐧𝐞𝐫', 'ⓞⓦⓝⓔⓡ', 'ᵒʷⁿᵉʳ']],
  ['hidden characters', 'owner', ['ow\u200Bner', 'owner\u200E', '\uFEFFowner', 'ow\u00ADner', 'o\u2060wner']],
  ['blanks and dashes', 'ann-lee', ['Ann Lee', 'ann_lee', 'ann.lee', 'Ann\u00A0Lee', ' ann  lee ']],
  ['Cyrillic', 'owner', ['оwner', 'ownеr', 'ОWNЕR']],
  ['Cyrillic alone', 'paco', ['расо', 'РАСО']],
  ['Greek', 'owner', ['οwner', 'ΟWNER']],
  ['Armenian', 'owner', ['օwner']],
  ['Latin beside the alphabet', 'gail', ['ɡail', 'gɑil', 'gaıl']],
  ['digits', 'owner-l', ['0wner-1', '0WNER-1']],
];

describe('names that look alike are one name [person.one-identity]', () => {
  test.each(SPELLINGS)('%s: %s', (_what, name, variants) => {
    for (const variant of variants) expect([variant, foldName(variant)]).toEqual([variant, foldName(name)]);
  });

  test.each([
    ['ann', 'anna'],
    ['иван', 'олег'],
    ['李雷', '李雪'],
    ['ηλιας', 'μαρια'],
    ['owner', 'reviewer'],
  ])('%s and %s stay two', (one, other) => {
    expect(foldName(one)).not.toBe(foldName(other));
  });

  test('a name in another script is one name in small letters and in capitals', () => {
    expect(foldName('ΗΛΙΑΣ')).toBe(foldName('ηλιας'));
    expect(foldName('STRAUSS')).toBe(foldName('Strauß'));
    expect(foldName('ИВАН')).toBe(foldName('иван'));
  });
});

describe('what a person may be called [person.one-identity]', () => {
  test.each(['Ann', 'René', 'ann-lee', 'Ann Lee 2', 'Иван', 'Ηλιας', 'ΗΛΙΑΣ', '李雷', '李 Ray', 'محمد', 'Øystein'])(
    '%s',
    (name) => {
      expect(isDeceptive(name)).toBe(false);
      expect(personName.safeParse(name).success).toBe(true);
    },
  );

  test.each([
    ['Greek capitals that read as Latin ones', 'ΗANS'],
    ['the same, and nothing else', 'ΗΑΝΝΑ'],
    ['a script that the list of look-alikes does not hold', 'Ꭺnn'],
    ['a letter of another script in the middle', 'Annπa'],
  ])('not %s', (_what, name) => {
    expect(isDeceptive(name)).toBe(true);
    expect(personName.safeParse(name).success).toBe(false);
  });

  test.each([
    ['hidden characters', 'ow\u200Bner'],
    ['a text that turns around', '\u202Erenwo'],
    ['a line break', 'ann\nlee'],
    ['markup', '<b>ann</b>'],
    ['signs alone', '...'],
    ['nothing', ''],
    ['65 characters', 'a'.repeat(65)],
  ])('not %s', (_what, name) => {
    expect(personName.safeParse(name).success).toBe(false);
  });
});
