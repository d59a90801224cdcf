import { describe, expect, test } from '@jest/globals';
import { draftFilenameFault } from '../src/draft-filename.ts';

describe('a draft filename [draft.filename]', () => {
  test.each([
    'post.md',
    'My Post.md',
    '2024/06/on tea.md',
    '2018-05-01-hello_world.v2.md',
    'köln/茶.md',
    'ไทย.md',
    'contact.md',
  ])('may be %j', (name) => {
    expect(draftFilenameFault(name)).toBeUndefined();
  });

  test.each([
    '',
    'post.txt',
    'post.MD',
    '.md',
    '../post.md',
    'a/../post.md',
    './post.md',
    '/etc/post.md',
    'a//post.md',
    'a\\post.md',
    'c:post.md',
    '.hidden/post.md',
    'a /post.md',
    ' post.md',
    'a./post.md',
    'post.md\0.md',
    'post\n.md',
    'po%2e.md',
    'con.md',
    'CON .md',
    'aux/post.md',
    'com1.backup.md',
    'cafe\u0301.md',
    'po\u202Est.md',
    'po\u200Bst.md',
    `${'x'.repeat(198)}.md`,
  ])('is never %j', (name) => {
    expect(draftFilenameFault(name)).toMatch(/^A filename /);
  });

  test.each(['\u3164', '\u115F', '\uFFA0', '\u034F', '\uFE0F', '\u{E0100}', '\u180B', '\u17B4'])(
    'holds no letter or mark that is drawn as nothing (%j)',
    (character) => {
      expect(draftFilenameFault(`po${character}st.md`)).toMatch(/^A filename /);
    },
  );
});
