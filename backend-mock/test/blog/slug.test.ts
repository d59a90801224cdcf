import { describe, expect, test } from '@jest/globals';
import { slug } from '@narrow-deputies/contracts/blog';
import * as fc from 'fast-check';
import { slugOf } from '../../src/blog/slug.ts';

describe('slugOf', () => {
  test.each([
    ['notes/My Post.md', 'notes-my-post'],
    ['2018-05-01-Hello World.md', '2018-05-01-hello-world'],
    ['a__b..c.md', 'a-b-c'],
    ['_draft_.md', 'draft'],
    ['Ärger/ÜBER.md', 'ärger-über'],
    ['İstanbul.md', 'i̇stanbul'.normalize('NFC')],
    ['茶/お茶.md', '茶-お茶'],
    ['notes.md/post.md', 'notes-md-post'],
  ])('makes the address of %j from letters and digits joined by hyphens', (filename, expected) => {
    expect(slugOf(filename, null)).toBe(expected);
  });

  test('takes the address that the author chose', () => {
    expect(slugOf('a.md', 'on-tea')).toBe('on-tea');
  });

  test('gives a name without letters or digits a digest of itself', () => {
    expect(slugOf('---.md', null)).toMatch(/^[0-9a-f]{12}$/);
    expect(slugOf('---.md', null)).not.toBe(slugOf('--.md', null));
  });

  test('cuts a name that grows when it is lower-cased, never inside a character', () => {
    expect(slugOf(`${'İ'.repeat(197)}.md`, null).length).toBeLessThanOrEqual(200);
    expect(slugOf(`${'x'.repeat(199)}𝟘𝟘.md`, null)).toBe('x'.repeat(199));
    expect(slugOf(`${'x'.repeat(199)} y.md`, null)).toBe('x'.repeat(199));
  });

  test('always answers a slug that the contract accepts, without characters that cannot be seen', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
        const made = slugOf(`${name}.md`, null);
        expect(slug.safeParse(made).success).toBe(true);
        expect(made).not.toMatch(/\p{Default_Ignorable_Code_Point}/u);
      }),
    );
  });
});
