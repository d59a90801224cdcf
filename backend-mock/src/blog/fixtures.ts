import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfBytes } from '@narrow-deputies/signing';
import { Aside } from '../aside/aside.ts';
import { AuditService } from '../audit/audit.service.ts';
import { currentTime } from '../common/clock.ts';
import { Settings } from '../common/settings.ts';
import type { Database } from '../database/database.ts';
import { findArticle, insertArticle } from './articles-repository.ts';
import { DraftReader } from './draft-reader.ts';
import { slugOf } from './slug.ts';

/**
 * Publishes the articles of a fixtures folder (`<folder>/articles/*.md`) in a store that has none of their addresses yet.
 *
 * @returns how many were added.
 * @throws Error for a fixture that could not be published as a draft either.
 */
export async function loadArticles(database: Database, environment: string, folder: string): Promise<number> {
  const audit = new AuditService(new Settings(environment));
  const aside = new Aside();
  try {
    return await addArticles(database, audit, new DraftReader(aside), join(folder, 'articles'));
  } finally {
    await aside.onApplicationShutdown();
  }
}

async function addArticles(
  database: Database,
  audit: AuditService,
  reader: DraftReader,
  articles: string,
): Promise<number> {
  const names = (await readdir(articles).catch(() => [])).filter((name) => name.endsWith('.md')).toSorted();
  let added = 0;
  for (const filename of names) {
    const content = await readFile(join(articles, filename));
    const contentDigest = digestOfBytes(content);
    const { db } = database;
    // One that was added by an earlier start needs no reading again.
    if (await db.selectFrom('articles').select('id').where('filename', '=', filename).executeTakeFirst()) continue;
    const draft = await reader.read(content, { client: 'fixtures', contentDigest });
    if (!draft.ok) throw new Error(`The fixture ${filename} is not publishable: ${draft.reason}`);
    const { title, description, date, tags, html, slug: wanted } = draft.rendered;
    const slug = slugOf(filename, wanted);
    added += await database.transaction(async (tx) => {
      if (await findArticle(tx, slug)) return 0;
      const now = await currentTime(database, tx);
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
