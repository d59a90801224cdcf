import { codePointLabel } from './text-names.ts';
import { TEXT_PATTERN } from './text-pattern.ts';
import { findHidden, locate, type HiddenCharacter } from './text-scan.ts';

export type { HiddenCharacter } from './text-scan.ts';

/** How many hidden characters a report lists unless its caller says otherwise. */
export const HIDDEN_CHARACTERS_MAX = 50;

/**
 * Finds the characters of a text that a reader cannot see, or that lie about its order, but a machine reads. Characters
 * that real text needs in their place are not reported: joiners inside emoji and between letters of scripts that join,
 * variation selectors behind a base that takes them, the tags of a subdivision flag, `\r` before `\n`. Directional marks
 * are always reported. Pure, and linear in the length of the text.
 *
 * @param limit the most entries to return.
 * @returns entries in order; lines and columns count from 1, columns in code points.
 */
export function scanText(text: string, limit: number = HIDDEN_CHARACTERS_MAX): HiddenCharacter[] {
  return locate(text, findHidden(text, limit));
}

/** Writes each character that {@link scanText} would report as `⟦U+202E⟧`, so that a reader sees what a machine reads. */
export function makeVisible(text: string): string {
  return text.replace(TEXT_PATTERN, (match: string, hidden: string | undefined) =>
    hidden === undefined ? match : `⟦${codePointLabel(hidden.codePointAt(0) ?? 0)}⟧`,
  );
}
