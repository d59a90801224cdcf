import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isPlainTarget, plainTarget } from '../../src/common/plain-target.ts';

const ORIGIN = 'http://127.0.0.1:4180';
const escaped = (character: string): string =>
  `%${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0').toUpperCase()}`;

const PATHS = ['/health', '/v1/blog/list_drafts', '/people/end_sessions', '/oauth/token', '/log/tile/0/x001/067.p/5'];
const SLUGS = ['/articles/gr%C3%BC%C3%9Fe-2026.md', '/articles/gr%c3%bc%c3%9fe-2026.md', '/articles/%E6%98%A5.md'];

describe('the plain form of a request target [wire.plain-target]', () => {
  test.each(['/', ...PATHS, ...SLUGS, '/activity?from=2026-01-01&tool=a%7Eb', '/history?q=%20x%2F'])('%s', (target) => {
    expect(isPlainTarget(target)).toBe(true);
  });

  test.each([
    '',
    '*',
    'health',
    '//health',
    '/health/',
    '/./health',
    '/a/../health',
    '/a/..',
    '/health#x',
    '/health?x#y',
    '/%68ealth',
    '/health%',
    '/health%6',
    '/health%zz',
    '/a%2Fb',
    '/a%2fb',
    '/a%5Cb',
    '/a%25b',
    '/a%00',
    '/a%20b',
    '/a%FF',
    '/a%C3',
    '/a%ED%A0%80',
    '/a b',
    '/a\\b',
    '/grüße',
    'http://a.example/health',
    '/people/gr%C3%BC%C3%9Fe',
    '/v1/%C3%BC',
  ])('not %j', (target) => {
    expect(isPlainTarget(target)).toBe(false);
  });

  test('an unreserved character has no second spelling', () => {
    const place = fc
      .constantFrom(...PATHS, ...SLUGS)
      .chain((path) => fc.tuple(fc.constant(path), fc.nat(path.length - 1)));
    fc.assert(
      fc.property(place, fc.boolean(), ([path, at], lower) => {
        const character = path[at] ?? '';
        fc.pre(path.slice(0, at).search(/%.?$/) < 0);
        const spelled = `${path.slice(0, at)}${escaped(character)}${path.slice(at + 1)}`;
        expect(isPlainTarget(lower ? spelled.toLowerCase() : spelled)).toBe(false);
      }),
    );
  });

  test('what is plain is read in the same way by a router, a browser and a person', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '%',
      '2',
      'F',
      'e',
      '~',
      '#',
      '?',
      '\\',
      '%C3%BC',
      '%2E',
      'people',
      'é',
      ' ',
    );
    const target = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`),
    );
    fc.assert(
      fc.property(target, (text) => {
        fc.pre(isPlainTarget(text));
        const [path = ''] = text.split('?');
        const url = new URL(`${ORIGIN}${text}`);
        expect([url.origin, url.pathname, url.hash]).toEqual([ORIGIN, path, '']);
        expect(decodeURIComponent(path).split('/')).toHaveLength(path.split('/').length);
        // What was escaped had to be: writing it down again gives the same.
        expect(encodeURI(decodeURIComponent(path)).toUpperCase()).toBe(path.toUpperCase());
      }),
      { numRuns: 2_000 },
    );
  });

  test('a slug of any letters keeps its address', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\p{Ll}\p{N}]+(?:-[\p{Ll}\p{N}]+)*$/u), (slug) => {
        expect(isPlainTarget(`/articles/${encodeURIComponent(slug)}.md`)).toBe(true);
      }),
    );
  });

  test("the service's own origin may stand before it, and no other", () => {
    const route = plainTarget(() => ORIGIN);
    expect(route({ url: `${ORIGIN}/health` })).toBe('/health');
    for (const url of ['http://127.0.0.1:4181/health', `${ORIGIN}.example/health`, `${ORIGIN}@a/health`, ORIGIN]) {
      expect(route({ url })).toBe('/not-in-plain-form');
    }
  });
});
