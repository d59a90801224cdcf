import { describe, expect, test } from '@jest/globals';
import { scanMarkup } from '../src/text-references.ts';

const labels = (text: string): string[] => scanMarkup(text, 50).map(({ codePoint }) => codePoint);

describe('scanMarkup reads character references as a browser would', () => {
  test.each([
    ['hexadecimal', 'a&#x202E;b', 'U+202E'],
    ['hexadecimal in capitals', 'a&#X202e;b', 'U+202E'],
    ['decimal', 'a&#8238;b', 'U+202E'],
    ['leading zeros', 'a&#x0000000202E;b', 'U+202E'],
    ['no semicolon', 'a&#x202E b', 'U+202E'],
    ['a tag character', 'a&#xE0041;b', 'U+E0041'],
    ['a control', 'a&#27;b', 'U+001B'],
    ['a C1 control without meaning in windows-1252', 'a&#x81;b', 'U+0081'],
    ['zwnj', 'a&zwnj;b', 'U+200C'],
    ['zwj', 'a&zwj;b', 'U+200D'],
    ['lrm', 'a&lrm;b', 'U+200E'],
    ['rlm', 'a&rlm;b', 'U+200F'],
    ['shy', 'a&shy;b', 'U+00AD'],
    ['shy without semicolon', 'a&shy b', 'U+00AD'],
    ['ZeroWidthSpace', 'a&ZeroWidthSpace;b', 'U+200B'],
    ['NoBreak', 'a&NoBreak;b', 'U+2060'],
    ['InvisibleTimes', 'a&InvisibleTimes;b', 'U+2062'],
  ])('%s', (_, text, label) => {
    expect(labels(text)).toEqual([label]);
  });

  test.each([
    ['visible references', '&amp; &lt; &#65; &nbsp; &#160; &hellip;'],
    ['windows-1252 punctuation', 'it&#146;s &#150; &#x80;'],
    ['references that stand for the replacement character', '&#0; &#xD800; &#x110000; &#99999999999999;'],
    ['text that only resembles one', 'AT&T &zwjfoo &#; &#x; & zwj;'],
    ['an escaped ampersand', '&amp;#x202E;'],
    ['joiners where emoji need them', '&#x1F469;&zwj;&#x1F4BB; 👩&#x200D;💻'],
    ['joiners where Persian needs them', 'می&zwnj;خواهم'],
  ])('leaves %s alone', (_, text) => {
    expect(labels(text)).toEqual([]);
  });

  test('places a reference where it begins', () => {
    expect(scanMarkup('&amp; é\n&#65;😀 &shy; &#x200B;', 50)).toEqual([
      { codePoint: 'U+00AD', name: 'SOFT HYPHEN', line: 2, column: 8 },
      { codePoint: 'U+200B', name: 'ZERO WIDTH SPACE', line: 2, column: 14 },
    ]);
  });
});
