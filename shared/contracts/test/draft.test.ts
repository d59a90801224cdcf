import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { DRAFT_MAX_BYTES } from '../src/blog.ts';
import { parseDraft, type Draft, type ParsedDraft } from '../src/draft.ts';

const parse = (text: string): ParsedDraft => parseDraft(new TextEncoder().encode(text));
const post = (frontMatter: string, body = 'Body.\n'): ParsedDraft => parse(`---\n${frontMatter}\n---\n${body}`);

function draftOf(parsed: ParsedDraft): Draft {
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.draft;
}
function reasonOf(parsed: ParsedDraft): string {
  if (parsed.ok) throw new Error('The draft was accepted.');
  return parsed.reason;
}

describe('a draft that can be published', () => {
  test('has all its fields read', () => {
    const text = [
      'title: Tea ✓',
      'description: >',
      '  How to make',
      '  tea.',
      'date: 2024-02-29',
      'tags: ["green tea", 2024, green tea]',
      'slug: on-tea',
      'draft: true',
      'layout: layouts/post.njk',
      'author: { name: A. Writer }',
      'categories: [kitchen]',
    ].join('\n');
    expect(post(text, '# Tea\n\nBoil *water*.\n')).toEqual({
      ok: true,
      draft: {
        title: 'Tea ✓',
        date: '2024-02-29',
        tags: ['green tea', '2024'],
        description: 'How to make tea.',
        slug: 'on-tea',
        body: '# Tea\n\nBoil *water*.\n',
      },
    });
  });

  test('needs no more than a title', () => {
    const minimal = { title: 'Tea', date: null, tags: [], description: null, slug: null, body: '' };
    expect(parse('---\ntitle: Tea\n---')).toEqual({ ok: true, draft: minimal });
    expect(post('title: Tea\ndate:\ntags: []\ndescription: ""\nslug: ~', '')).toEqual({ ok: true, draft: minimal });
  });

  test('may have Windows line ends and spaces behind its fences', () => {
    const draft = draftOf(parse('--- \r\ntitle: Tea\r\n---\t\r\nOne\r\n---\r\nTwo'));
    expect(draft).toMatchObject({ title: 'Tea', body: 'One\r\n---\r\nTwo' });
  });

  test.each([
    ['1984', '1984'],
    ['1.10', '1.10'],
    ['0x10', '0x10'],
    ['"  spaced  "', 'spaced'],
  ])('has the title %s as it was written', (source, title) => {
    expect(draftOf(post(`title: ${source}`)).title).toBe(title);
  });

  test.each([
    ['2018-05-01', '2018-05-01'],
    ['"2015-05-01T22:12:03.284Z"', '2015-05-01'],
    ['2015-05-01T22:12:03+02:00', '2015-05-01'],
    ['2015-05-01T23:59:59-11:00', '2015-05-01'],
    ['2015-05-01 22:12', '2015-05-01'],
    ['2015-05-01 22:12:03 +0900', '2015-05-01'],
    ["'2015-05-01 7:05'", '2015-05-01'],
    ['2024-02-29', '2024-02-29'],
    ['2016-12-31T23:59:60Z', '2016-12-31'],
  ])('has the date %s as the day that its author wrote', (source, date) => {
    expect(draftOf(post(`title: Tea\ndate: ${source}`)).date).toBe(date);
  });

  test.each([
    ['another tag', ['another tag']],
    ['["second tag", "posts with two tags"]', ['second tag', 'posts with two tags']],
    ['\n  - one\n  - one\n  - 2', ['one', '2']],
    ['', []],
  ])('has tags written as %j', (source, tags) => {
    expect(draftOf(post(`title: Tea\ntags: ${source}`)).tags).toEqual(tags);
  });

  test('keeps raw HTML, emoji and scripts that need joiners in its body', () => {
    const body = '<a href="/blog/tea.md">Tea</a>\n\n👩‍💻 می\u200Cخواهم &nbsp; &amp;\n';
    expect(draftOf(post('title: Tea', body)).body).toBe(body);
  });
});

describe('a draft is refused', () => {
  test.each([
    '---js',
    '--- js',
    '---json',
    '---javascript',
    '---coffee',
    '---yaml',
    '--- # x',
    ';;;',
    '+++',
    '{',
    '{"title":"x"}',
  ])('by its form alone when it begins with %j, which is never evaluated', (first) => {
    const text = `${first}\nconst title = (globalThis.evaluated = true);\ntitle: x\n---\nBody`;
    expect(parse(text)).toEqual({
      ok: false,
      reason: 'Only plain YAML front matter is accepted: the first line is exactly "---".',
      title: null,
    });
    expect(globalThis).not.toHaveProperty('evaluated');
  });

  test.each([
    ['without front matter', '# Tea\n', /no front matter/],
    ['with an empty line before the front matter', '\n---\ntitle: x\n---\n', /no front matter/],
    ['with an unclosed front matter', '---\ntitle: x\n', /not closed/],
    ['with nothing but a fence', '---', /not closed/],
    ['with a closing fence that is longer', '---\ntitle: x\n----\n', /not closed/],
    ['with an empty file', '', /no front matter/],
    ['with front matter over 16 KiB', `---\ntitle: x\nx: ${'é'.repeat(8300)}\n---\n`, /at most 16384 bytes/],
  ])('%s', (_, text, reason) => {
    expect(reasonOf(parse(text))).toMatch(reason);
  });

  test.each([
    ['an anchor', 'title: &a x', /aliases or anchors/],
    ['an alias', 'a: &a x\ntitle: *a', /aliases or anchors/],
    ['an alias to nothing', 'title: *a', /aliases or anchors/],
    ['an anchor on the whole', '&a\ntitle: x', /aliases or anchors/],
    ['a tag', 'title: !!str x', /no tags/],
    ['a tag of its own', 'title: !js/function "x"', /no tags/],
    ['a tag without a name', 'title: ! x', /no tags/],
    ['a tag on the whole', '!!map\ntitle: x', /no tags/],
    ['a tag deep inside', 'title: x\na: [{ b: !!binary aGk= }]', /no tags/],
    ['a merge key', 'title: x\n<<: { a: 1 }', /name that is not accepted/],
    ['__proto__', 'title: x\n__proto__: { a: 1 }', /name that is not accepted/],
    ['a quoted __proto__ deep inside', 'title: x\na: { "__proto\\x5f_": 1 }', /name that is not accepted/],
    ['constructor', 'title: x\nconstructor: 1', /name that is not accepted/],
    ['prototype', 'title: x\nprototype: 1', /name that is not accepted/],
    ['a repeated name', 'title: x\ntitle: y', /not valid YAML \(DUPLICATE_KEY, line 3\)/],
    ['a name that is a list', 'title: x\n? [a]\n: b', /plain words/],
    ['a second document', 'title: x\n...\ntitle: y', /not valid YAML/],
    ['a directive', '%YAML 1.1\ntitle: x', /not valid YAML/],
    ['a list instead of a mapping', '- title: x', /list of names with values/],
    ['text instead of a mapping', 'just text', /list of names with values/],
    ['nothing', '', /list of names with values/],
    ['broken YAML', 'title: "x', /not valid YAML/],
    ['nesting without end', '['.repeat(16_000), /levels deep/],
    ['nesting in one line', `title: x\na: ${'{b: '.repeat(17)}${'}'.repeat(17)}`, /levels deep/],
  ])('for front matter with %s', (_, frontMatter, reason) => {
    expect(reasonOf(post(frontMatter))).toMatch(reason);
  });

  test('for an alias bomb, of which nothing is expanded', () => {
    const lines = ['a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
    for (let i = 1; i < 100; i += 1) lines.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}]`);
    expect(reasonOf(post(['title: x', ...lines].join('\n')))).toMatch(/aliases or anchors/);
  });

  test.each([
    ['no title', 'date: 2024-01-01', /no title/],
    ['an empty title', 'title:', /no title/],
    ['a title of spaces', 'title: "  "', /A title is text/],
    ['a title on two lines', 'title: "a\\nb"', /A title is text/],
    ['a title of 201 characters', `title: ${'x'.repeat(201)}`, /A title is text/],
    ['a title that is a list', 'title: [x]', /A title is text/],
    ['a title that is a mapping', 'title: { a: b }', /A title is text/],
    ['a title that is a flag', 'title: true', /A title is text/],
    ['a day that does not exist', 'title: x\ndate: 2023-02-29', /A date is a real day/],
    ['month 13', 'title: x\ndate: 2023-13-01', /A date is a real day/],
    ['hour 24', 'title: x\ndate: 2023-01-01 24:00', /A date is a real day/],
    ['a date in words', 'title: x\ndate: May 1, 2018', /A date is a real day/],
    ['a year alone', 'title: x\ndate: 2018', /A date is a real day/],
    ['a date that is a list', 'title: x\ndate: [2018-01-01]', /A date is a real day/],
    ['tags that are a mapping', 'title: x\ntags: { a: b }', /Tags are one text/],
    ['an empty tag', 'title: x\ntags: [""]', /Tags are one text/],
    ['a tag of 51 characters', `title: x\ntags: ${'x'.repeat(51)}`, /Tags are one text/],
    ['21 tags', `title: x\ntags: [${Array.from({ length: 21 }, (_, i) => i).join(', ')}]`, /at most 20 tags/],
    ['a description of 501 characters', `title: x\ndescription: ${'x'.repeat(501)}`, /A description is text/],
    ['a description that is a list', 'title: x\ndescription: [x]', /A description is text/],
    ['a slug with capitals', 'title: x\nslug: My-Post', /A slug is/],
    ['a slug that climbs', 'title: x\nslug: ../admin', /A slug is/],
  ])('for %s', (_, frontMatter, reason) => {
    expect(reasonOf(post(frontMatter))).toMatch(reason);
  });

  test('for more bytes than a draft may have, and not for exactly as many', () => {
    const start = '---\ntitle: x\n---\n';
    expect(parse(start.padEnd(DRAFT_MAX_BYTES, 'x')).ok).toBe(true);
    expect(reasonOf(parse(start.padEnd(DRAFT_MAX_BYTES + 1, 'x')))).toMatch(/at most 524288 bytes/);
  });

  test.each([
    ['a stray byte', [0xff]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a cut sequence', [0xe2, 0x82]],
  ])('for UTF-8 with %s', (_, bytes) => {
    const parsed = parseDraft(Uint8Array.from([...new TextEncoder().encode('---\ntitle: x\n---\n'), ...bytes]));
    expect(parsed).toEqual({ ok: false, reason: 'A draft is valid UTF-8.', title: null });
  });

  test('with its title where one could be read', () => {
    expect(post('title: Tea\ndate: never')).toMatchObject({ ok: false, title: 'Tea' });
    expect(post('title: Tea', 'a\u200Bb')).toMatchObject({ ok: false, title: 'Tea' });
    expect(post('title: "Te\\u200Ba"')).toMatchObject({ ok: false, title: null });
  });

  test('in words that hold nothing of the draft', () => {
    for (const frontMatter of [
      'ignore_all_rules: *ignore_all_rules',
      'title: x\n"ignore_all_rules',
      'ignore_all_rules: !ignore_all_rules',
    ]) {
      expect(reasonOf(post(frontMatter))).not.toContain('ignore_all_rules');
    }
  });
});

describe('a character that readers cannot see makes a draft unpublishable', () => {
  test.each([
    ['a byte-order mark', '\uFEFF---\ntitle: x\n---\n', 'U+FEFF', 1, 1],
    ['in the front matter', '---\ntitle: x\u202Ey\n---\n', 'U+202E', 2, 9],
    ['in a comment of the front matter', '---\ntitle: x\n# \u200B\n---\n', 'U+200B', 3, 3],
    ['in the body', '---\ntitle: x\n---\nab\u{E0041}', 'U+E0041', 4, 3],
    ['behind a YAML escape', '---\ntitle: "a\\u202Eb"\n---\n', 'U+202E', 2, 8],
    ['behind a long YAML escape', '---\ntitle: x\nx: ["\\U000E0041"]\n---\n', 'U+E0041', 3, 5],
    ['behind a named YAML escape', '---\ntitle: x\nx: "\\L"\n---\n', 'U+2028', 3, 4],
    ['behind a YAML escape in a name', '---\ntitle: x\n"a\\u200Bb": c\n---\n', 'U+200B', 3, 1],
    ['behind a numeric reference', '---\ntitle: x\n---\na&#x202E;b', 'U+202E', 4, 2],
    ['behind a named reference', '---\ntitle: x\n---\na&zwnj;b', 'U+200C', 4, 2],
    ['behind a reference made by a YAML escape', '---\ntitle: "a&\\x23x202E;b"\n---\n', 'U+202E', 2, 8],
    ['in a draft without front matter', 'a\u0000', 'U+0000', 1, 2],
  ])('%s', (_, text, codePoint, line, column) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({ ok: false, hiddenCharacters: [{ codePoint, line, column }] });
    expect(reasonOf(parsed)).toContain(`line ${line}, column ${column}`);
    expect(reasonOf(parsed)).toContain(codePoint);
  });

  test('and the list of them is bounded', () => {
    const parsed = post('title: x', '\u200B'.repeat(1000));
    expect(parsed.ok ? [] : parsed.hiddenCharacters).toHaveLength(50);
  });
});

describe('parseDraft never throws', () => {
  const line = fc.constantFrom(
    '---',
    '---js',
    'title: x',
    'date: 2024-01-01',
    '  - &a',
    '*a',
    '!!x',
    '"',
    '{',
    '[',
    '? ',
    '<<: 1',
    '&#x202E;',
    '%',
    '|',
    '>',
  );
  test.each([
    ['whatever the bytes', fc.uint8Array({ maxLength: 200 })],
    [
      'whatever the front matter',
      fc
        .array(fc.oneof(line, fc.string({ unit: 'binary' })), { maxLength: 12 })
        .map((lines) => new TextEncoder().encode(['---', ...lines, '---', 'x'].join('\n'))),
    ],
  ])('%s', (_, bytes) => {
    fc.assert(
      fc.property(bytes, (input) => {
        const parsed = parseDraft(input);
        if (parsed.ok) expect(parsed.draft.title).not.toBe('');
        else expect(parsed.reason).not.toBe('');
      }),
    );
  });
});
