import { slug as slugSchema } from './blog.ts';
import { calendarDate } from './draft-date.ts';
import type { PlainValue } from './draft-yaml.ts';

export const TITLE_MAX_CHARACTERS = 200;
export const DESCRIPTION_MAX_CHARACTERS = 500;
export const TAGS_MAX = 20;
export const TAG_MAX_CHARACTERS = 50;

/** What one field holds, or why the draft cannot be published. */
export type Field<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

const accept = <T>(value: T): Field<T> => ({ ok: true, value });
const refuse = (reason: string): Field<never> => ({ ok: false, reason });
const isAbsent = (value: PlainValue | undefined, fields: ReadonlyMap<string, PlainValue>, name: string): boolean =>
  !fields.has(name) || value === null || value === '';
const lengthOf = (text: string): number => Array.from(text).length;

/** The title: text on one line, required. */
export function readTitle(fields: ReadonlyMap<string, PlainValue>): Field<string> {
  const value = fields.get('title');
  if (isAbsent(value, fields, 'title')) return refuse('The front matter has no title.');
  const title = typeof value === 'string' ? value.trim() : '';
  if (title === '' || lengthOf(title) > TITLE_MAX_CHARACTERS || /[\r\n]/.test(title)) {
    return refuse(`A title is text on one line, 1 to ${TITLE_MAX_CHARACTERS} characters.`);
  }
  return accept(title);
}

/** The calendar date, `YYYY-MM-DD`; null when there is none. */
export function readDate(fields: ReadonlyMap<string, PlainValue>): Field<string | null> {
  const value = fields.get('date');
  if (isAbsent(value, fields, 'date')) return accept(null);
  const date = typeof value === 'string' ? calendarDate(value) : undefined;
  return date === undefined
    ? refuse('A date is a real day as YYYY-MM-DD, with or without a time such as 22:12:03Z behind it.')
    : accept(date);
}

/** Tags in their order, without repeats: one text or a list of texts. */
export function readTags(fields: ReadonlyMap<string, PlainValue>): Field<string[]> {
  const value = fields.get('tags');
  if (isAbsent(value, fields, 'tags')) return accept([]);
  const tags = new Set<string>();
  for (const item of Array.isArray(value) ? (value as readonly PlainValue[]) : [value]) {
    const tag = typeof item === 'string' ? item.trim() : '';
    if (tag === '' || lengthOf(tag) > TAG_MAX_CHARACTERS || /[\r\n]/.test(tag)) {
      return refuse(`Tags are one text or a list of texts, each 1 to ${TAG_MAX_CHARACTERS} characters on one line.`);
    }
    tags.add(tag);
  }
  return tags.size > TAGS_MAX ? refuse(`A draft has at most ${TAGS_MAX} tags.`) : accept([...tags]);
}

/** The description with its white space folded into single spaces; null when there is none. */
export function readDescription(fields: ReadonlyMap<string, PlainValue>): Field<string | null> {
  const value = fields.get('description');
  if (isAbsent(value, fields, 'description')) return accept(null);
  const description = typeof value === 'string' ? value.trim().replace(/\s+/g, ' ') : undefined;
  if (description === undefined || lengthOf(description) > DESCRIPTION_MAX_CHARACTERS) {
    return refuse(`A description is text of at most ${DESCRIPTION_MAX_CHARACTERS} characters.`);
  }
  return accept(description === '' ? null : description);
}

/** The address that the author chose instead of the filename's; null when there is none. */
export function readSlug(fields: ReadonlyMap<string, PlainValue>): Field<string | null> {
  const value = fields.get('slug');
  if (isAbsent(value, fields, 'slug')) return accept(null);
  return typeof value === 'string' && slugSchema.safeParse(value).success
    ? accept(value)
    : refuse('A slug is lower-case letters and digits, joined by single hyphens.');
}
