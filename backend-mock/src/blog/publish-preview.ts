import type { PublishPreview } from '@narrow-deputies/contracts/blog';
import type { RenderedDraft } from './read-draft.ts';

/** What a preview is made of; `url` is the article's own address, `siteOrigin` that of the site (`https://host[:port]`). */
export interface DescribeDraft {
  readonly rendered: RenderedDraft;
  readonly filename: string;
  readonly slug: string;
  readonly url: string;
  readonly siteOrigin: string;
  readonly contentDigest: string;
  readonly contentBytes: number;
  readonly change: PublishPreview['change'];
}

/** Whether a browser on the article's page would leave the site by this target. */
function isExternal(target: string, url: string, origin: string): boolean {
  const resolved = URL.parse(target, url);
  return resolved === null || resolved.origin !== origin;
}

/**
 * Describes what publishing a draft would do, for the person who decides. Targets are external when they leave the site's
 * origin: absolute and protocol-relative addresses elsewhere, and mailto.
 *
 * @throws TypeError when `siteOrigin` is no URL.
 */
export function describeDraft(input: DescribeDraft): PublishPreview {
  const { rendered, filename, slug, url, contentDigest, contentBytes, change } = input;
  const { title, date, description, tags, wordCount, excerpt, hiddenCharacters } = rendered;
  const { origin } = new URL(input.siteOrigin);
  return {
    action: 'publish',
    change,
    filename,
    title,
    slug,
    url,
    date,
    description,
    tags: [...tags],
    wordCount,
    excerpt,
    externalLinks: rendered.links.filter((target) => isExternal(target, url, origin)),
    externalImages: rendered.images.filter((target) => isExternal(target, url, origin)),
    hiddenCharacters: [...hiddenCharacters],
    contentDigest,
    contentBytes,
  };
}
