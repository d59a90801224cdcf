import type { JsonObject } from '@narrow-deputies/contracts';

const PUBLISH: Readonly<Record<string, (title: string, url: string) => string>> = {
  create: (title, url) => `"${title}" becomes public at ${url}.`,
  replace: (title, url) => `What is public at ${url} is replaced by "${title}".`,
  restore: (title, url) => `"${title}" becomes public again at ${url}.`,
  none: (title, url) => `"${title}" is public at ${url} already; nothing would change.`,
};

/** What a plan would do, in one sentence for a person; undefined for a preview of a kind that is not known here. */
export function summarise(preview: JsonObject): string | undefined {
  const { action, change, title, url } = preview;
  if (typeof title !== 'string' || typeof url !== 'string') return undefined;
  if (action === 'publish' && typeof change === 'string') return PUBLISH[change]?.(title, url);
  return action === 'unpublish' ? `"${title}" is taken down from ${url}. It can be published again.` : undefined;
}
