import MarkdownIt from 'markdown-it';
import sanitizeHtml, { type IOptions, type Tag } from 'sanitize-html';

/** A body as the public will see it. */
export interface RenderedMarkdown {
  /** Sanitised HTML: the allow-list below and nothing else. */
  readonly html: string;
  /** What is left to read without markup; blocks are parted by an empty line. */
  readonly text: string;
  /** The text of each paragraph (not of headings, lists, tables or code), in order. */
  readonly paragraphs: readonly string[];
  /** Targets of links and sources of images in `html`, in order of appearance, without repeats. */
  readonly links: readonly string[];
  readonly images: readonly string[];
}

const TAGS =
  'h1 h2 h3 h4 h5 h6 p blockquote pre hr br ul ol li dl dt dd figure figcaption details summary table caption thead tbody ' +
  'tfoot tr th td a img em strong b i u s del ins mark small sub sup kbd samp var code abbr cite q ruby rt rp wbr';
/** Elements whose text is no part of the article, besides those that the sanitiser knows by itself. */
const DROPPED_WITH_CONTENT =
  'script style textarea option xmp noscript noembed noframes iframe template object svg math title';
const BLOCKS: ReadonlySet<string> = new Set(
  'h1 h2 h3 h4 h5 h6 p blockquote pre hr ul ol li dl dt dd figure figcaption details summary table caption tr'.split(
    ' ',
  ),
);

const TARGET_MAX_CHARACTERS = 2048;
/** Stands for whatever page shows the article; `.invalid` can never be its real origin (RFC 6761, section 6.4). */
const BASE_ORIGIN = 'https://page.invalid';

/**
 * Judges a target with the parser that browsers use (WHATWG URL): absolute http and https with both slashes, mailto for
 * links, and what stays on the page's own origin. Anything that a browser would mend into something else is dropped.
 */
function safeTarget(value: string | undefined, isLink: boolean): string | undefined {
  const target = value?.trim() ?? '';
  if (target === '' || target.length > TARGET_MAX_CHARACTERS || /[\\\p{Cc}]/u.test(target)) return undefined;
  const url = URL.parse(target, `${BASE_ORIGIN}/articles/`);
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  if (/^https?:\/\/[^/]/i.test(target)) return target;
  if (/^mailto:./i.test(target)) return isLink ? target : undefined;
  return url.origin === BASE_ORIGIN && !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target) ? target : undefined;
}

/** Attributes are built anew, so that one which is not named here cannot survive. */
const attributes = (entries: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined));

function link(tagName: string, { href, title }: Record<string, string>): Tag {
  const target = safeTarget(href, true);
  const rel = target !== undefined && /^https?:/i.test(target) ? 'noopener noreferrer' : undefined;
  return { tagName, attribs: attributes({ href: target, title, rel }) };
}

const image = (tagName: string, { src, alt, title }: Record<string, string>): Tag => ({
  tagName,
  attribs: attributes({ src: safeTarget(src, false), alt, title }),
});

/** Markdown tables say their alignment as a style; no style passes, three alignments do. */
const cell = (tagName: string, { style }: Record<string, string>): Tag => ({
  tagName,
  attribs: attributes({ align: /^text-align:(left|center|right)$/.exec(style ?? '')?.[1] }),
});

const ALLOWED: IOptions = {
  allowedTags: TAGS.split(' '),
  nonTextTags: DROPPED_WITH_CONTENT.split(' '),
  allowedAttributes: {
    a: ['href', 'title', 'rel'],
    img: ['src', 'alt', 'title'],
    abbr: ['title'],
    th: ['align'],
    td: ['align'],
    ol: [{ name: 'start', values: Array.from({ length: 1000 }, (_, index) => String(index)) }],
  },
  allowedClasses: { code: [/^language-[\w+#.-]{1,40}$/] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['http', 'https'] },
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nestingLimit: 100,
  transformTags: { a: link, img: image, th: cell, td: cell },
};

const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false });
// By default the text of an autolink is its address with percent-encoding undone, which could put back what was refused.
markdown.normalizeLinkText = (url: string): string => url;

const unescape = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

/** Reads back what sanitised HTML holds, with the same parser that wrote it. */
function read(html: string): Omit<RenderedMarkdown, 'html'> {
  const links = new Set<string>();
  const images = new Set<string>();
  const blocks: string[] = [];
  const paragraphs: string[] = [];
  let text = '';
  // Kept beside the text: looking at the end of a growing string again and again would copy it each time.
  let endsInSpace = true;
  let preformatted = 0;
  const append = (piece: string): void => {
    const added = endsInSpace && preformatted === 0 ? piece.trimStart() : piece;
    if (added === '') return;
    text += added;
    endsInSpace = /\s$/.test(added);
  };
  const endBlock = (name: string): void => {
    const block = text.trim();
    if (block !== '') blocks.push(block);
    if (block !== '' && name === '/p') paragraphs.push(block);
    text = '';
    endsInSpace = true;
  };
  sanitizeHtml(html, {
    allowedTags: [],
    nonTextTags: [],
    onOpenTag: (name, { href, src }) => {
      if (name === 'a' && href !== undefined) links.add(href);
      if (name === 'img' && src !== undefined) images.add(src);
      if (name === 'pre') preformatted += 1;
      if (name === 'br') append('\n');
      if (name === 'td' || name === 'th') append(' ');
      if (BLOCKS.has(name)) endBlock(name);
    },
    onCloseTag: (name) => {
      if (name === 'pre') preformatted -= 1;
      if (BLOCKS.has(name)) endBlock(`/${name}`);
    },
    textFilter: (escaped) => {
      const piece = unescape(escaped);
      append(preformatted > 0 ? piece : piece.replace(/\s+/g, ' '));
      return '';
    },
  });
  endBlock('/');
  return { text: blocks.join('\n\n'), paragraphs, links: [...links], images: [...images] };
}

/** Tags in one rendered article. A long real one has some hundreds; sanitising a hundred thousand takes seconds. */
export const TAGS_MAX = 20_000;

/** Longest rendered article, in UTF-16 code units: references to one long address make megabytes of a short text. */
const HTML_MAX = 4 * 1024 * 1024;

/** The text would take too long to be made safe; a person wrote no such thing by hand. */
export class MarkupTooComplex extends Error {}

/**
 * Renders a draft's Markdown (CommonMark, tables, strikethrough, raw HTML) and sanitises the result. Pure.
 *
 * @throws MarkupTooComplex above {@link TAGS_MAX}, or above four million characters.
 */
export function renderMarkdown(body: string): RenderedMarkdown {
  const rendered = markdown.render(body);
  if (rendered.length > HTML_MAX) throw new MarkupTooComplex();
  if (rendered.split('<', TAGS_MAX + 2).length > TAGS_MAX + 1) throw new MarkupTooComplex();
  const html = sanitizeHtml(rendered, ALLOWED);
  return { html, ...read(html) };
}
