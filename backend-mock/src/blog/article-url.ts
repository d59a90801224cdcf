import type { Settings } from '../common/settings.ts';

/** Where an article's exact bytes are public. */
export const articleUrl = (settings: Settings, slug: string): string =>
  `${settings.backendUrl}/articles/${encodeURIComponent(slug)}.md`;
