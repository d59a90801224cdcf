import { parseDraft, type Draft } from '@narrow-deputies/contracts/draft';
import { scanText, type HiddenCharacter } from '@narrow-deputies/contracts/text';
import { MarkupTooComplex, renderMarkdown, TAGS_MAX, type RenderedMarkdown } from './render-markdown.ts';

/** What the backend needs to know of a draft's bytes, without ever looking into them on the thread that serves. */
export interface RenderedDraft {
  readonly title: string;
  readonly description: string | null;
  /** `YYYY-MM-DD`. */
  readonly date: string | null;
  readonly tags: readonly string[];
  /** The address that the author chose instead of the filename's. */
  readonly slug: string | null;
  /** Sanitised. */
  readonly html: string;
  readonly wordCount: number;
  readonly excerpt: string;
  /** Targets of links and sources of images, in order of appearance, without repeats. */
  readonly links: readonly string[];
  readonly images: readonly string[];
  /** In what readers would get. */
  readonly hiddenCharacters: readonly HiddenCharacter[];
}

export type ReadDraft =
  | { readonly ok: true; readonly rendered: RenderedDraft }
  /** Why it cannot be published, in words for the model that reads it. */
  | { readonly ok: false; readonly reason: string };

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

/**
 * What readers would get of a draft. Hidden characters are looked for once more there, behind the draft's own check.
 *
 * @throws MarkupTooComplex as {@link renderMarkdown}; RangeError for a text that outgrows the longest string there is.
 */
export function renderDraft({ title, description, date, tags, slug, body }: Draft): RenderedDraft {
  const markdown = renderMarkdown(body);
  const { html, links, images } = markdown;
  const shown = [title, description ?? '', ...tags, html].join('\n');
  return {
    title,
    description,
    date,
    tags,
    slug,
    html,
    links,
    images,
    wordCount: countWords(markdown.text),
    excerpt: excerptOf(markdown),
    hiddenCharacters: scanText(shown),
  };
}

/**
 * Reads, renders and makes safe the bytes of one draft. Pure, and too dear for the thread that serves: a few hundred
 * kilobytes can take seconds.
 */
export function readDraft(bytes: Uint8Array): ReadDraft {
  const parsed = parseDraft(bytes);
  if (!parsed.ok) return { ok: false, reason: parsed.reason };
  try {
    return { ok: true, rendered: renderDraft(parsed.draft) };
  } catch (error) {
    if (error instanceof MarkupTooComplex || error instanceof RangeError) {
      return { ok: false, reason: `It has more than ${TAGS_MAX} HTML tags, or grows far beyond its size.` };
    }
    throw error;
  }
}
