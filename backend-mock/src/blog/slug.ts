import { createHash } from 'node:crypto';

/** Largest slug that the contract takes, in UTF-16 units. */
const SLUG_MAX_LENGTH = 200;
const NOT_IN_SLUG = /[^\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+/gu;
/** Fillers and selectors count as letters or marks, but an address must not differ by what cannot be seen. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}+/gu;

/** Cuts between code points, and never behind a hyphen. */
const cut = (slug: string): string =>
  slug
    .slice(0, SLUG_MAX_LENGTH)
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/-$/, '');

/**
 * The address of an article: the one that its author chose, else its filename with folders and words joined by hyphens
 * (`notes/My Post.md` becomes `notes-my-post`). A name without any letter or digit gets a digest of itself. Different
 * filenames can share a slug; whoever publishes looks whether the address is another draft's already.
 *
 * @param filename a draft's filename as the contract accepts it.
 * @param override the slug of the front matter, already valid.
 */
export function slugOf(filename: string, override: string | null): string {
  if (override !== null) return override;
  const slug = filename
    .replace(/\.md$/, '')
    .toLowerCase()
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(NOT_IN_SLUG, '-')
    .replace(/^-/, '');
  return cut(slug) || createHash('sha256').update(filename).digest('hex').slice(0, 12);
}
