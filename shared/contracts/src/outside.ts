import * as z from 'zod';
import { codePointLabel, hiddenCharacterName } from './text-names.ts';
import { makeVisible } from './text.ts';
import { findHidden } from './text-scan.ts';

/** Most kinds of hidden characters that one record lists. */
export const FLAGS_MAX = 20;
/** More hidden characters than this in one field are not counted on. */
const COUNT_MAX = 1000;

/** A kind of hidden character in one field of text from outside. */
export const flag = z.strictObject({
  field: z.string(),
  /** `U+202E` form. */
  codePoint: z.string(),
  name: z.string(),
  count: z.int().min(1),
});
export type Flag = z.infer<typeof flag>;
export const flags = z.array(flag).max(FLAGS_MAX);

/** Text as it may leave: what a reader could not see is written out, and the text ends somewhere. */
export interface Shown {
  readonly text: string;
  /** Whether something was left away at the end. */
  readonly cut: boolean;
}

/** `⟦U+200B⟧` many times in a row says no more than once with a number. */
const RUN = /(⟦U\+[0-9A-F]{4,6})⟧(?:\1⟧)+/gu;

/**
 * Makes hidden characters of one text visible and bounds its length. Pure, and linear in the length of the text.
 *
 * @param most UTF-16 units of the answer.
 */
export function showText(text: string, most: number): Shown {
  const visible = makeVisible(text).replace(
    RUN,
    (run, first: string) => `${first} ×${run.length / (first.length + 1)}⟧`,
  );
  if (visible.length <= most) return { text: visible, cut: false };
  const end = /[\uD800-\uDBFF]/.test(visible.charAt(most - 1)) ? most - 1 : most;
  return { text: visible.slice(0, end), cut: true };
}

/** Where hidden characters stand in some fields, a line for each field and character. Fields that are null hold none. */
export function flagsOf(fields: Readonly<Record<string, string | null>>): Flag[] {
  const found: Flag[] = [];
  for (const [field, text] of Object.entries(fields)) {
    const counts = new Map<number, number>();
    for (const { codePoint } of findHidden(text ?? '', COUNT_MAX)) {
      counts.set(codePoint, (counts.get(codePoint) ?? 0) + 1);
    }
    for (const [codePoint, count] of counts) {
      found.push({ field, codePoint: codePointLabel(codePoint), name: hiddenCharacterName(codePoint), count });
    }
  }
  return found.slice(0, FLAGS_MAX);
}

/** Text that came from outside, in the one form in which it leaves: labelled, visible, bounded. */
export interface Outside<Fields> {
  readonly untrusted: Fields;
  readonly flags: Flag[];
}

/**
 * Labels the fields of one record that came from outside.
 *
 * @param most UTF-16 units of each field.
 */
export function labelOutside<Fields extends Readonly<Record<string, string | null>>>(
  fields: Fields,
  most = 500,
): Outside<Fields> {
  const shown = Object.entries(fields).map(([name, text]) => [name, text === null ? null : showText(text, most).text]);
  return { untrusted: Object.fromEntries(shown) as Fields, flags: flagsOf(fields) };
}
