import { EXAMPLE } from '../example-values.ts';
import { commitExample, LOW_RISK, planExample, SHIPS_RISK, type OperationExample } from './example.ts';

const { contentDigest } = EXAMPLE;
const slug = 'spring-harvest';
const url = `http://127.0.0.1:4180/articles/${slug}.md`;
const title = 'The spring harvest is in';

const commit = commitExample({ slug, url, contentDigest });

/** Examples of the blog's operations, by tool. */
export const BLOG_EXAMPLES: Readonly<Record<string, OperationExample>> = {
  list_drafts: {
    arguments: { drafts: [{ filename: 'spring-harvest.md', digest: contentDigest }] },
    answer: {
      drafts: [
        { filename: 'spring-harvest.md', title: null, digest: contentDigest, publishable: true, published: false },
      ],
    },
  },
  plan_publish_draft: {
    arguments: {
      filename: 'spring-harvest.md',
      content: Buffer.from(`---\ntitle: ${title}\n---\n\nText in Markdown.\n`).toString('base64'),
    },
    answer: planExample(
      {
        action: 'publish',
        change: 'create',
        filename: 'spring-harvest.md',
        title,
        slug,
        url,
        date: null,
        description: null,
        tags: [],
        wordCount: 3,
        excerpt: 'Text in Markdown.',
        externalLinks: [],
        externalImages: [],
        hiddenCharacters: [],
        contentDigest,
        contentBytes: 57,
      },
      SHIPS_RISK,
    ),
  },
  commit_publish_draft: commit,
  plan_unpublish_article: {
    arguments: { slug },
    answer: planExample(
      {
        action: 'unpublish',
        slug,
        url,
        title,
        publishedAt: '2026-03-02T08:00:00.000Z',
        contentDigest,
        reversible: true,
      },
      LOW_RISK,
    ),
  },
  commit_unpublish_article: commit,
};
