import type { PublishPreview } from '@narrow-deputies/contracts/blog';
import type { Draft } from '@narrow-deputies/contracts/draft';
import { scanText } from '@narrow-deputies/contracts/text';
import { renderMarkdown, type RenderedMarkdown } from './render-markdown.ts';

/** What a preview is made of; `url` is the article's own address, `siteOrigin` that of the site (`https://host[:port]`). */
export interface DescribeDraft {
  readonly draft: Draft;
  readonly filename: string;
  readonly slug: string;
  readonly url: string;
  readonly siteOrigin: string;
  readonly contentDigest: string;
  readonly contentBytes: number;
  readonly change: PublishPreview['change'];
}

const EXCERPT_MAX_CHARACTERS = 280;
/** Scripts that write no spaces count by the character, all others by the word. */
const WORD =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]|[[\p{L}\p{N}]--[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]][[\p{L}\p{N}\p{M}'’]--[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]]*/gv;

/** Counts by a fixed pattern: a segmenter's answer would change with the version of its dictionaries. */
function countWords(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(WORD)) count += 1;
  return count;
}

/** The beginning of the paragraphs (of all text where there is none), on one line, cut behind a word. */
function excerptOf({ paragraphs, text }: RenderedMarkdown): string {
  const source = (paragraphs.length > 0 ? paragraphs.join(' ') : text).replace(/\s+/g, ' ').trim();
  const characters = Array.from(source.slice(0, 2 * EXCERPT_MAX_CHARACTERS + 2));
  if (characters.length <= EXCERPT_MAX_CHARACTERS) return source;
  const head = characters.slice(0, EXCERPT_MAX_CHARACTERS - 1).join('');
  // Text without spaces, or with one overlong word, is cut where the room ends.
  const isBetweenWords = characters[EXCERPT_MAX_CHARACTERS - 1] === ' ';
  const lastSpace = head.lastIndexOf(' ');
  const end = !isBetweenWords && lastSpace > head.length / 2 ? lastSpace : head.length;
  return `${head.slice(0, end).trimEnd()}…`;
}

/** Whether a browser on the article's page would leave the site by this target. */
function isExternal(target: string, url: string, origin: string): boolean {
  const resolved = URL.parse(target, url);
  return resolved === null || resolved.origin !== origin;
}

/**
 * Renders a draft and describes what publishing it would do, for the person who decides. Targets are external when they
 * leave the site's origin: absolute and protocol-relative addresses elsewhere, and mailto. Hidden characters are looked
 * for once more in what the public would get, behind the draft's own check.
 *
 * @returns the preview of the contract, and the article's sanitised HTML.
 * @throws TypeError when `siteOrigin` is no URL.
 */
export function describeDraft(input: DescribeDraft): { preview: PublishPreview; html: string } {
  const { draft, filename, slug, url, contentDigest, contentBytes, change } = input;
  const { origin } = new URL(input.siteOrigin);
  const rendered = renderMarkdown(draft.body);
  const shown = [draft.title, draft.description ?? '', ...draft.tags, rendered.html].join('\n');
  const preview: PublishPreview = {
    action: 'publish',
    change,
    filename,
    title: draft.title,
    slug,
    url,
    date: draft.date,
    description: draft.description,
    tags: draft.tags,
    wordCount: countWords(rendered.text),
    excerpt: excerptOf(rendered),
    externalLinks: rendered.links.filter((target) => isExternal(target, url, origin)),
    externalImages: rendered.images.filter((target) => isExternal(target, url, origin)),
    hiddenCharacters: scanText(shown),
    contentDigest,
    contentBytes,
  };
  return { preview, html: rendered.html };
}
