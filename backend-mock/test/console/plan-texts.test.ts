import { describe, expect, test } from '@jest/globals';
import { readDraft } from '../../src/blog/read-draft.ts';
import { readRendering, writeRendering } from '../../src/blog/stored-rendering.ts';
import { articlePage } from '../../src/console/pages/plan/article-page.ts';
import { lookAlikes } from '../../src/console/pages/plan/look-alikes.ts';
import { beginning, exactly, facts, isolated, openable } from '../../src/console/pages/plan/texts.ts';
import { faultsOf } from './structure.ts';

describe('texts on the page of a plan [approval.page]', () => {
  test('write out and mark what nobody could see, and stand for themselves', () => {
    expect(isolated('a\u202Eb').text).toBe('<bdi>a<mark>⟦U+202E⟧</mark>b</bdi>');
    expect(isolated('a\u200B\u200B\u200Bb').text).toBe('<bdi>a<mark>⟦U+200B ×3⟧</mark>b</bdi>');
    expect(exactly('\n c\u2066d').text).toBe('<pre dir="auto">\n\n c<mark>⟦U+2066⟧</mark>d</pre>');
  });

  test('are cut with a count where they are long, and open', () => {
    const shown = openable('x'.repeat(10_000)).text;
    expect(shown).toContain('<small>All 10,000 characters</small>');
    expect(shown).toContain(`<summary><bdi>${'x'.repeat(280)}…</bdi>`);
    expect(shown).toContain(`<p><bdi>${'x'.repeat(10_000)}</bdi></p>`);
    expect(openable('x'.repeat(280)).text).not.toContain('details');
    expect(beginning('x'.repeat(300)).text).toBe(
      `<bdi>${'x'.repeat(280)}…</bdi> <small>(300 characters in all)</small>`,
    );
  });

  test('are cut where they are many line feeds, in a list of facts as well', () => {
    const text = `a${'\n'.repeat(9_998)}b`;
    for (const shown of [openable(text), facts([['subject', text]])]) {
      const [head = ''] = shown.text.split('</summary>');
      expect(head).toContain('<small>All 10,000 characters</small>');
      expect(head.split('\n').length).toBeLessThan(20);
    }
  });

  test('cut between characters, never within one', () => {
    expect(beginning(`${'x'.repeat(279)}😀y`).text).toContain(`${'x'.repeat(279)}…`);
  });
});

describe('letters that look like others [approval.page]', () => {
  test.each([
    ['p\u0430ypal', 'mixes Latin and Cyrillic letters'],
    ['\u0391pple', 'mixes Latin and Greek letters'],
    ['\uFF50\uFF41\uFF59', 'is "pay" in other characters'],
    ['𝐩𝐚𝐲', 'is "pay" in other characters'],
  ])('finds %s', (word, why) => {
    expect(lookAlikes({ title: `Go to ${word}!`, deep: [{ again: word }] })).toEqual([{ word, why }]);
  });

  test.each(['Größe café', 'Привет мир', 'Ελλάδα', '日本語 text', 'e\u0301te\u0301', '1 + 1', 'ﬁancé'])(
    'lets %s be',
    (text) => {
      expect(lookAlikes({ text })).toEqual([]);
    },
  );

  test('ends its list somewhere', () => {
    const words = Array.from({ length: 50 }, (_, index) => `p\u0430y${'y'.repeat(index)}`);
    expect(lookAlikes(words)).toHaveLength(10);
  });
});

describe('an article in its frame [approval.page]', () => {
  const page = (text: string): string => {
    const read = readDraft(Buffer.from(text));
    return read.ok ? articlePage(readRendering(writeRendering(read.rendered))) : 'none';
  };

  test('is what publishing it would show', () => {
    const shown = page('---\ntitle: Tea & <b>\n---\n\nBoil *water*.\n');
    expect(shown).toContain('<h1 dir="auto">Tea &amp; &lt;b&gt;</h1>');
    expect(shown).toContain('<p>Boil <em>water</em>.</p>');
    expect(faultsOf(shown.replace('<!doctype html>', ''))).toEqual([]);
  });

  test('holds no script and no handler', () => {
    const shown = page('---\ntitle: Tea\n---\n\n<script>x</script><img src=x onerror=y><svg onload=z>\n');
    expect(shown).not.toMatch(/<script|<svg|\son\w+=/);
  });

  test('is not there for bytes that are no draft, or too much of one', () => {
    expect(page('no front matter')).toBe('none');
    expect(page(`---\ntitle: Tea\n---\n\n${'<b>x</b>'.repeat(20_000)}\n`)).toBe('none');
  });
});
