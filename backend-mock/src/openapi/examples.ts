import type { JsonObject } from '@narrow-deputies/contracts';
import { EXAMPLE } from './example-values.ts';

/** One call of an operation: what is sent, and what is answered when it succeeds. */
export interface OperationExample {
  readonly arguments: JsonObject;
  readonly answer: JsonObject;
}

const { planId, planDigest, contentDigest, auditId, approvalUrl, committedAt, expiresAt } = EXAMPLE;
const slug = 'spring-harvest';
const url = `http://127.0.0.1:4180/articles/${slug}.md`;
const title = 'The spring harvest is in';

const plan = (preview: JsonObject, risk: JsonObject): JsonObject => ({
  planId,
  planDigest,
  status: 'pending_approval',
  preview,
  risk,
  expiresAt,
  approvalUrl,
  repeated: false,
});

const commit: OperationExample = {
  arguments: { planId },
  answer: {
    receipt: { planId, planDigest, committedAt, auditId, result: { slug, url, contentDigest } },
    repeated: false,
  },
};

/** Examples by tool. */
export const EXAMPLES: Readonly<Record<string, OperationExample>> = {
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
    answer: plan(
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
      {
        score: 50,
        level: 'medium',
        parts: [
          { name: 'kind:commit', score: 20 },
          { name: 'ships', score: 30 },
        ],
      },
    ),
  },
  commit_publish_draft: commit,
  plan_unpublish_article: {
    arguments: { slug },
    answer: plan(
      {
        action: 'unpublish',
        slug,
        url,
        title,
        publishedAt: '2026-03-02T08:00:00.000Z',
        contentDigest,
        reversible: true,
      },
      { score: 20, level: 'low', parts: [{ name: 'kind:commit', score: 20 }] },
    ),
  },
  commit_unpublish_article: commit,
};
