import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Html, html } from '../../src/console/html.ts';

describe('html', () => {
  test('escapes every character that could end a text or an attribute', () => {
    expect(html`<p title="${`"'<>&`}">${`"'<>&`}</p>`.text).toBe(
      '<p title="&quot;&#39;&lt;&gt;&amp;">&quot;&#39;&lt;&gt;&amp;</p>',
    );
  });

  test('escapes once: what is HTML already stays as it is', () => {
    const inner = html`<b>${'&'}</b>`;
    expect(inner).toBeInstanceOf(Html);
    expect(html`<p>${inner}</p>`.text).toBe('<p><b>&amp;</b></p>');
  });

  test('renders lists, also of lists, item by item, and escapes each', () => {
    expect(html`${['<', [html`<i>a</i>`, ['>']], 1]}`.text).toBe('&lt;<i>a</i>&gt;1');
  });

  test('renders nothing for what is not there, and the number 0 and an empty text as themselves', () => {
    expect(html`[${null}${undefined}${false}${''}${0}]`.text).toBe('[0]');
  });

  test('an object that only looks like HTML is not believed', () => {
    const lookalike = { text: '<script>' } as unknown as Html;
    expect(html`${lookalike}`.text).not.toContain('<script>');
  });

  test('no text whatever brings in a tag, an attribute or a character reference', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = html`${text}`.text;
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped.replaceAll(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
      }),
    );
  });
});
