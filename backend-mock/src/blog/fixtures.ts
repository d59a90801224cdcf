import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDraft } from '@narrow-deputies/contracts/draft';
import { digestOfBytes } from '@narrow-deputies/signing';
import { AuditService } from '../audit/audit.service.ts';
import { currentTime } from '../common/clock.ts';
import { Settings } from '../common/settings.ts';
import type { Database } from '../database/database.ts';
import { findArticle, insertArticle } from './articles-repository.ts';
import { describeDraft } from './publish-preview.ts';
import { slugOf } from './slug.ts';

/**
 * Publishes the articles of a fixtures folder (`<folder>/articles/*.md`) in a store that has none of their addresses yet.
 *
 * @returns how many were added.
 * @throws Error for a fixture that could not be published as a draft either.
 */
export async function loadArticles(database: Database, environment: string, folder: string): Promise<number> {
  const audit = new AuditService(new Settings(environment));
  const articles = join(folder, 'articles');
  const names = (await readdir(articles).catch(() => [])).filter((name) => name.endsWith('.md')).toSorted();
  let added = 0;
  for (const filename of names) {
    const content = await readFile(join(articles, filename));
    const parsed = parseDraft(content);
    if (!parsed.ok) throw new Error(`The fixture ${filename} is not publishable: ${parsed.reason}`);
    const { draft } = parsed;
    const slug = slugOf(filename, draft.slug);
    const contentDigest = digestOfBytes(content);
    const { preview, html } = describeDraft({
      draft,
      filename,
      slug,
      url: `/articles/${slug}.md`,
      siteOrigin: 'http://localhost',
      contentDigest,
      contentBytes: content.byteLength,
      change: 'create',
    });
    added += await database.transaction(async (tx) => {
      if (await findArticle(tx, slug)) return 0;
      const now = await currentTime(database, tx);
      const { title, description, date, tags } = preview;
      const times = { publishedAt: now, updatedAt: now };
      const article = {
        slug,
        version: 1,
        state: 'published',
        filename,
        title,
        description,
        date,
        tags,
        ...times,
      } as const;
      await insertArticle(tx, { ...article, content, contentDigest, html });
      await audit.record(tx, now, {
        tool: 'data.load_fixture',
        kind: 'system',
        outcome: 'succeeded',
        decision: 'allow',
        rules: ['first-start'],
        details: { slug, contentDigest },
      });
      return 1;
    });
  }
  return added;
}
