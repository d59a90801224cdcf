import type * as z from 'zod';
import type { hiddenCharacter } from './blog.ts';
import { codePointLabel, hiddenCharacterName } from './text-names.ts';
import { TEXT_PATTERN } from './text-pattern.ts';

/** A character that a reader cannot see but a machine reads, and where it stands. */
export type HiddenCharacter = z.infer<typeof hiddenCharacter>;

/** A hidden character by its offset in UTF-16 units. */
export interface Found {
  readonly index: number;
  readonly codePoint: number;
}

/** The hidden characters of a text, in order, at most `limit` of them. Linear in the length of the text. */
export function findHidden(text: string, limit: number): Found[] {
  const found: Found[] = [];
  if (limit < 1) return found;
  for (const match of text.matchAll(TEXT_PATTERN)) {
    const codePoint = match.groups?.['hidden']?.codePointAt(0);
    if (codePoint !== undefined && found.push({ index: match.index, codePoint }) >= limit) break;
  }
  return found;
}

/** Turns ascending offsets in `text` into lines and columns (from 1; a line ends at a line feed, columns are code points). */
export function locate(text: string, found: readonly Found[]): HiddenCharacter[] {
  let index = 0;
  let line = 1;
  let column = 1;
  return found.map((hidden) => {
    while (index < hidden.index) {
      const codePoint = text.codePointAt(index) ?? 0;
      index += codePoint > 0xffff ? 2 : 1;
      if (codePoint === 0x0a) {
        line += 1;
        column = 1;
      } else {
        column += 1;
      }
    }
    return { codePoint: codePointLabel(hidden.codePoint), name: hiddenCharacterName(hidden.codePoint), line, column };
  });
}
