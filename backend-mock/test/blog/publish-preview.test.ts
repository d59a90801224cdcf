import { describe, expect, test } from '@jest/globals';
import { publishPreview, type PublishPreview } from '@narrow-deputies/contracts/blog';
import { parseDraft, type Draft } from '@narrow-deputies/contracts/draft';
import * as fc from 'fast-check';
import { renderDraft } from '../../src/blog/read-draft.ts';
import { describeDraft } from '../../src/blog/publish-preview.ts';

const DIGEST = `sha-256:${'ab'.repeat(32)}`;
const EMPTY: Draft = { title: 'Tea', date: null, tags: [], description: null, slug: null, body: '' };

const preview = (body: string): PublishPreview =>
  describeDraft({
    rendered: renderDraft({ ...EMPTY, body }),
    filename: 'tea.md',
    slug: 'tea',
    url: 'https://blog.test/articles/tea',
    siteOrigin: 'https://blog.test',
    contentDigest: DIGEST,
    contentBytes: body.length,
    change: 'create',
  });

describe('describeDraft', () => {
  test('answers the preview of the contract and the sanitised HTML', () => {
    const source =
      '---\ntitle: Tea\ndate: "2015-05-01T22:12:03.284Z"\ntags: [a, b]\ndescription: On tea.\n---\nBoil *water*.\n';
    const bytes = new TextEncoder().encode(source);
    const parsed = parseDraft(bytes);
    if (!parsed.ok) throw new Error(parsed.reason);
    const rendered = renderDraft(parsed.draft);
    const described = describeDraft({
      rendered,
      filename: 'notes/tea.md',
      slug: 'notes-tea',
      url: 'https://blog.test/articles/notes-tea',
      siteOrigin: 'https://blog.test',
      contentDigest: DIGEST,
      contentBytes: bytes.length,
      change: 'replace',
    });
    expect(publishPreview.parse(described)).toEqual({
      action: 'publish',
      change: 'replace',
      filename: 'notes/tea.md',
      title: 'Tea',
      slug: 'notes-tea',
      url: 'https://blog.test/articles/notes-tea',
      date: '2015-05-01',
      description: 'On tea.',
      tags: ['a', 'b'],
      wordCount: 2,
      excerpt: 'Boil water.',
      externalLinks: [],
      externalImages: [],
      hiddenCharacters: [],
      contentDigest: DIGEST,
      contentBytes: bytes.length,
    });
    expect(rendered.html).toBe('<p>Boil <em>water</em>.</p>\n');
  });

  test('tells targets outside the site from its own', () => {
    const { externalLinks, externalImages } = preview(
      '[a](/a) [b](b.md) [c](#c) [d](https://blog.test/d) [e](HTTPS://BLOG.TEST:443/e)\n' +
        '[f](http://blog.test/f) [g](https://blog.test.evil.test/) [h](https://evil.test/h) [i](mailto:a@blog.test)\n' +
        '![j](./j.png) ![k](https://blog.test/k.png) ![l](https://cdn.test/l.png)',
    );
    expect(externalLinks).toEqual([
      'http://blog.test/f',
      'https://blog.test.evil.test/',
      'https://evil.test/h',
      'mailto:a@blog.test',
    ]);
    expect(externalImages).toEqual(['https://cdn.test/l.png']);
  });

  test.each([
    ['one two  three', 3],
    ["don't stop, l’été", 3],
    ['well-known 3.5', 4],
    ['私は茶を飲む', 6],
    ['Tea 茶 über', 3],
    ['# Title\n\n`code here`', 3],
    ['<script>not counted</script>', 0],
    ['— … !', 0],
  ])('counts the words of %j', (body, count) => {
    expect(preview(body).wordCount).toBe(count);
  });

  test('takes the excerpt from paragraphs, else from whatever text there is', () => {
    expect(preview('# Title\n\nFirst.\n\n- item\n\nSecond.').excerpt).toBe('First. Second.');
    expect(preview('- item\n- other').excerpt).toBe('item other');
    expect(preview('').excerpt).toBe('');
  });

  test('cuts the excerpt behind a word, and text without spaces where the room ends', () => {
    const { excerpt } = preview('word '.repeat(100));
    expect(excerpt).toMatch(/^(word )+word…$/);
    expect(Array.from(excerpt).length).toBeLessThanOrEqual(280);
    expect(preview('茶'.repeat(400)).excerpt).toBe(`${'茶'.repeat(279)}…`);
    expect(preview('x'.repeat(280)).excerpt).toBe('x'.repeat(280));
    expect(preview(`${'x'.repeat(279)} y`).excerpt).toBe(`${'x'.repeat(279)}…`);
  });

  test('never makes an excerpt of more than 280 characters or half a character', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('😀', 'a', ' ', 'é', '茶', 'word '), { maxLength: 700 }), (parts) => {
        const { excerpt } = preview(parts.join(''));
        expect(Array.from(excerpt).length).toBeLessThanOrEqual(280);
        expect(excerpt.isWellFormed()).toBe(true);
      }),
    );
  });

  test('looks for hidden characters again in what the public would get', () => {
    expect(preview('a\u202Eb').hiddenCharacters).toMatchObject([{ codePoint: 'U+202E' }]);
    expect(preview('a&zwj;b').hiddenCharacters).toMatchObject([{ codePoint: 'U+200D' }]);
    expect(preview('👩‍💻 &nbsp; <https://a.test/%E2%80%AE>').hiddenCharacters).toEqual([]);
  });
});
