import type { Kysely } from 'kysely';
import type { Tx } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

/** One article, as it was last published. */
export interface Article {
  readonly slug: string;
  readonly version: number;
  readonly state: 'published' | 'unpublished';
  readonly filename: string;
  readonly title: string;
  readonly description: string | null;
  /** `YYYY-MM-DD`. */
  readonly date: string | null;
  readonly tags: readonly string[];
  /** The draft's exact bytes. */
  readonly content: Buffer;
  readonly contentDigest: string;
  /** Sanitised. */
  readonly html: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
  readonly updatedAt: number;
}

type Row = Tables['articles'];

const toArticle = (row: Row): Article => ({
  slug: row.id,
  version: row.version,
  state: row.state,
  filename: row.filename,
  title: row.title,
  description: row.description,
  date: row.date,
  tags: JSON.parse(row.tags) as string[],
  content: Buffer.from(row.content, 'base64'),
  contentDigest: row.content_digest,
  html: row.html,
  publishedAt: row.published_at,
  updatedAt: row.updated_at,
});

export async function findArticle(db: Tx | Kysely<Tables>, slug: string): Promise<Article | undefined> {
  const row = await db.selectFrom('articles').selectAll().where('id', '=', slug).executeTakeFirst();
  return row && toArticle(row);
}

export interface PublishedDraft {
  readonly filename: string;
  readonly title: string;
  readonly contentDigest: string;
}

/** Articles that are live now with any of these bytes. */
export async function findPublishedByDigest(tx: Tx, digests: readonly string[]): Promise<PublishedDraft[]> {
  if (digests.length === 0) return [];
  const rows = await tx
    .selectFrom('articles')
    .select(['filename', 'title', 'content_digest'])
    .where('content_digest', 'in', digests)
    .where('state', '=', 'published')
    .execute();
  return rows.map((row) => ({ filename: row.filename, title: row.title, contentDigest: row.content_digest }));
}

/** Live articles, newest first. */
export async function listPublished(db: Kysely<Tables>, limit: number): Promise<Article[]> {
  const rows = await db
    .selectFrom('articles')
    .selectAll()
    .where('state', '=', 'published')
    .orderBy('published_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toArticle);
}

const values = (article: Article): Omit<Row, 'id' | 'version'> => ({
  state: article.state,
  filename: article.filename,
  title: article.title,
  description: article.description,
  date: article.date,
  tags: JSON.stringify(article.tags),
  content: article.content.toString('base64'),
  content_digest: article.contentDigest,
  html: article.html,
  published_at: article.publishedAt,
  updated_at: article.updatedAt,
});

/** @throws the engine's unique violation when the slug was taken meanwhile. */
export async function insertArticle(tx: Tx, article: Article): Promise<void> {
  await tx
    .insertInto('articles')
    .values({ id: article.slug, version: article.version, ...values(article) })
    .execute();
}

/** Replaces an article's content and state; its version was taken by the commit before. */
export async function updateArticle(tx: Tx, article: Article): Promise<void> {
  await tx.updateTable('articles').set(values(article)).where('id', '=', article.slug).execute();
}

export async function setArticleState(tx: Tx, slug: string, state: Article['state'], now: number): Promise<void> {
  await tx.updateTable('articles').set({ state, updated_at: now }).where('id', '=', slug).execute();
}
