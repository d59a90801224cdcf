/** Letters and digits that a search has to hold, so that neither blanks nor wildcards list everything. */
const LETTERS_MIN = 2;

/** Accents, and what is not seen: a control character would end a pattern early on one engine and fail on the other. */
const UNSEEN = /[\p{M}\p{DI}\p{Cf}]|(?!\s)\p{Cc}/gu;

/** One form for what people take to be the same word: case, accents, compatibility forms and what
 * cannot be seen make no difference. */
export const foldForSearch = (text: string): string =>
  text.normalize('NFKD').replaceAll(UNSEEN, '').toLowerCase().normalize('NFKC').replaceAll(/\s+/gu, ' ').trim();

/** Whether a folded text says enough to look for. */
export const isSearchable = (folded: string): boolean =>
  (folded.match(/[\p{L}\p{N}]/gu) ?? []).length >= LETTERS_MIN && folded.length <= 200;
