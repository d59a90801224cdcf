import { Inject, Injectable } from '@nestjs/common';
import type { Contract, JsonObject } from '@narrow-deputies/contracts';
import {
  commitUnpublishArticleAnswer,
  commitUnpublishArticleArguments,
  planUnpublishArticleAnswer,
  planUnpublishArticleArguments,
  type UnpublishPreview,
} from '@narrow-deputies/contracts/blog';
import type * as z from 'zod';
import { rfc3339 } from '../common/clock.ts';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import { Operation } from '../operations/operation.decorator.ts';
import type { OperationContext, Proposal, StoredProposal, WriteOperation } from '../operations/operation.ts';
import type { Resource } from '../plans/plan.ts';
import { articleUrl } from './article-url.ts';
import { findArticle, setArticleState, type Article } from './articles-repository.ts';

export const planUnpublishArticleContract: Contract<'plan_unpublish_article'> = {
  name: 'plan_unpublish_article',
  kind: 'plan',
  context: 'blog',
  action: 'unpublish',
  resourceType: 'article',
  scope: 'blog:plan_unpublish_article',
  roles: ['publisher-agent'],
  arguments: planUnpublishArticleArguments,
  output: planUnpublishArticleAnswer,
  sideEffects: ['Stores a plan.'],
  worstOutcome: 'A person is asked to take down an article that should stay, and rejects it.',
  ships: false,
  approval: 'none',
  money: null,
  record: null,
  shows: null,
  showsOutside: false,
  limits: { bodyBytes: 4096, depth: 4, perMinute: 30, burst: 15 },
  redaction: { slug: 'keep' },
};

export const commitUnpublishArticleContract: Contract<'commit_unpublish_article'> = {
  name: 'commit_unpublish_article',
  kind: 'commit',
  context: 'blog',
  action: 'unpublish',
  resourceType: 'article',
  scope: 'blog:commit_unpublish_article',
  roles: ['publisher-agent'],
  arguments: commitUnpublishArticleArguments,
  output: commitUnpublishArticleAnswer,
  sideEffects: ['One article is no longer public; its bytes are kept.'],
  worstOutcome: 'An article is away until somebody publishes the same draft again.',
  ships: false,
  approval: 'none',
  money: null,
  record: null,
  shows: null,
  showsOutside: false,
  limits: { bodyBytes: 4096, depth: 4, perMinute: 30, burst: 15 },
  redaction: { planId: 'keep' },
};

@Operation({ plan: planUnpublishArticleContract, commit: commitUnpublishArticleContract })
@Injectable()
export class UnpublishArticle implements WriteOperation {
  readonly #settings: Settings;

  constructor(@Inject(Settings) settings: Settings) {
    this.#settings = settings;
  }

  resources(args: z.infer<typeof planUnpublishArticleArguments>): readonly Pick<Resource, 'type' | 'id'>[] {
    return [{ type: 'article', id: args.slug }];
  }

  async plan(args: z.infer<typeof planUnpublishArticleArguments>, { tx }: OperationContext): Promise<Proposal> {
    const article = await this.#requirePublished(tx, args.slug);
    const preview: UnpublishPreview = {
      action: 'unpublish',
      slug: article.slug,
      url: articleUrl(this.#settings, article.slug),
      title: article.title,
      publishedAt: rfc3339(article.publishedAt),
      contentDigest: article.contentDigest,
      reversible: true,
    };
    return {
      arguments: { slug: article.slug },
      contents: [],
      resources: [{ type: 'article', id: article.slug, version: article.version }],
      preview: preview as unknown as JsonObject,
    };
  }

  async apply(proposal: StoredProposal, { tx, now }: OperationContext): Promise<JsonObject> {
    const article = await this.#requirePublished(tx, String(proposal.arguments['slug']));
    await setArticleState(tx, article.slug, 'unpublished', now);
    return {
      slug: article.slug,
      url: articleUrl(this.#settings, article.slug),
      contentDigest: article.contentDigest,
    };
  }

  async #requirePublished(tx: OperationContext['tx'], slug: string): Promise<Article> {
    const article = await findArticle(tx, slug);
    if (article?.state !== 'published') {
      throw new Refusal('not_found', { detail: 'No article is published under this slug. list_drafts shows what is.' });
    }
    return article;
  }
}
