import { Inject, Injectable } from '@nestjs/common';
import type { Contract, JsonObject } from '@narrow-deputies/contracts';
import {
  commitPublishDraftAnswer,
  commitPublishDraftArguments,
  DRAFT_MAX_BYTES,
  EXTERNAL_TARGETS_MAX,
  planPublishDraftAnswer,
  planPublishDraftArguments,
  type PublishPreview,
} from '@narrow-deputies/contracts/blog';
import { digestOfBytes } from '@narrow-deputies/signing';
import type * as z from 'zod';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import { Operation } from '../operations/operation.decorator.ts';
import type { Caller, OperationContext, Proposal, StoredProposal, WriteOperation } from '../operations/operation.ts';
import { RENDERING } from '../plans/plan.ts';
import { principalKey } from '../principal/principal.ts';
import { articleUrl } from './article-url.ts';
import { findArticle, insertArticle, updateArticle, type Article } from './articles-repository.ts';
import { DraftReader } from './draft-reader.ts';
import { describeDraft } from './publish-preview.ts';
import type { ReadDraft } from './read-draft.ts';
import { slugOf } from './slug.ts';
import { readRendering, writeRendering } from './stored-rendering.ts';

const CONTENT = 'draft';

export const planPublishDraftContract: Contract<'plan_publish_draft'> = {
  name: 'plan_publish_draft',
  kind: 'plan',
  context: 'blog',
  action: 'publish',
  resourceType: 'article',
  scope: 'blog:plan_publish_draft',
  roles: ['publisher-agent'],
  arguments: planPublishDraftArguments,
  output: planPublishDraftAnswer,
  sideEffects: ['Stores a plan with the exact bytes of one draft.'],
  worstOutcome: 'A person is shown a draft that the user did not mean to publish, and rejects it.',
  ships: true,
  approval: 'none',
  money: null,
  record: null,
  shows: null,
  showsOutside: false,
  limits: { bodyBytes: Math.ceil((DRAFT_MAX_BYTES * 4) / 3) + 4096, depth: 4, perMinute: 30, burst: 15 },
  redaction: { filename: 'keep', content: 'digest' },
};

export const commitPublishDraftContract: Contract<'commit_publish_draft'> = {
  name: 'commit_publish_draft',
  kind: 'commit',
  context: 'blog',
  action: 'publish',
  resourceType: 'article',
  scope: 'blog:commit_publish_draft',
  roles: ['publisher-agent'],
  arguments: commitPublishDraftArguments,
  output: commitPublishDraftAnswer,
  sideEffects: ['The planned bytes of one draft become public under its address.'],
  worstOutcome: 'A draft that the user wrote, and a person approved byte for byte, is published at the wrong time.',
  ships: true,
  approval: 'owner',
  money: null,
  record: null,
  shows: null,
  showsOutside: false,
  limits: { bodyBytes: 4096, depth: 4, perMinute: 30, burst: 15 },
  redaction: { planId: 'keep' },
};

@Operation({ plan: planPublishDraftContract, commit: commitPublishDraftContract })
@Injectable()
export class PublishDraft implements WriteOperation {
  readonly #settings: Settings;
  readonly #reader: DraftReader;

  constructor(@Inject(Settings) settings: Settings, @Inject(DraftReader) reader: DraftReader) {
    this.#settings = settings;
    this.#reader = reader;
  }

  async prepare({ content }: z.infer<typeof planPublishDraftArguments>, { principal }: Caller): Promise<Prepared> {
    const bytes = decode(content);
    const contentDigest = digestOfBytes(bytes);
    return {
      bytes,
      contentDigest,
      draft: await this.#reader.read(bytes, { client: principalKey(principal), contentDigest }),
    };
  }

  async plan(
    { filename }: z.infer<typeof planPublishDraftArguments>,
    { tx }: OperationContext,
    { bytes, contentDigest, draft }: Prepared,
  ): Promise<Proposal> {
    if (!draft.ok) throw unpublishable(draft.reason);
    const { rendered } = draft;
    const slug = slugOf(filename, rendered.slug);
    const article = await findOwn(tx, slug, filename);
    const preview = describeDraft({
      rendered,
      filename,
      slug,
      url: articleUrl(this.#settings, slug),
      siteOrigin: new URL(this.#settings.backendUrl).origin,
      contentDigest,
      contentBytes: bytes.byteLength,
      change: changeOf(article, contentDigest),
    });
    requireReviewable(preview);
    return {
      arguments: { filename, contentDigest },
      contents: [
        { name: CONTENT, bytes },
        { name: RENDERING, bytes: writeRendering(rendered) },
      ],
      resources: [{ type: 'article', id: slug, version: article?.version ?? 0 }],
      preview: preview as unknown as JsonObject,
    };
  }

  async apply(proposal: StoredProposal, { tx, now }: OperationContext): Promise<JsonObject> {
    const content = await proposal.content(CONTENT);
    const rendering = readRendering(await proposal.content(RENDERING));
    const filename = String(proposal.arguments['filename']);
    const slug = String(proposal.resources.find(({ type }) => type === 'article')?.id);
    const article = await findOwn(tx, slug, filename);
    const next: Article = {
      ...rendering,
      slug,
      version: article?.version ?? 1,
      state: 'published',
      filename,
      content,
      contentDigest: digestOfBytes(content),
      publishedAt: article && article.state === 'published' ? article.publishedAt : now,
      updatedAt: now,
    };
    await (article ? updateArticle(tx, next) : insertArticle(tx, next));
    return { slug, url: articleUrl(this.#settings, slug), contentDigest: next.contentDigest };
  }
}

/** What is known of a draft before anything of the store is. */
interface Prepared {
  readonly bytes: Buffer;
  readonly contentDigest: string;
  readonly draft: ReadDraft;
}

/** The article at an address, if it is this draft's. @throws Refusal where it is another's. */
async function findOwn(tx: OperationContext['tx'], slug: string, filename: string): Promise<Article | undefined> {
  const article = await findArticle(tx, slug);
  if (article && article.filename !== filename) {
    throw unpublishable(`Another draft, "${article.filename}", is published under the address "${slug}".`);
  }
  return article;
}

function changeOf(article: Article | undefined, contentDigest: string): PublishPreview['change'] {
  if (!article) return 'create';
  if (article.state === 'unpublished') return 'restore';
  return article.contentDigest === contentDigest ? 'none' : 'replace';
}

/** What a person could not take in at a glance, or not see at all, is not put before one. */
function requireReviewable(preview: PublishPreview): void {
  const [hidden] = preview.hiddenCharacters;
  if (hidden) throw unpublishable(`It has a hidden character, ${hidden.codePoint} (${hidden.name}).`);
  if (Math.max(preview.externalLinks.length, preview.externalImages.length) > EXTERNAL_TARGETS_MAX) {
    throw unpublishable(`It leads to more than ${EXTERNAL_TARGETS_MAX} places outside this site.`);
  }
}

const unpublishable = (reason: string): Refusal =>
  new Refusal('invalid_arguments', {
    detail: 'This draft cannot be published as it is. The user has to change the file.',
    errors: [{ pointer: '/content', message: reason }],
    conditions: ['changed_draft'],
  });

/** Standard base64 that re-encodes to itself; at most 512 KiB decoded. */
function decode(content: string): Buffer {
  const bytes = Buffer.from(content, 'base64');
  if (bytes.toString('base64') !== content) {
    throw new Refusal('invalid_arguments', {
      detail: 'The content is standard base64 with padding.',
      errors: [{ pointer: '/content', message: 'Standard base64 with padding.' }],
    });
  }
  if (bytes.byteLength > DRAFT_MAX_BYTES) {
    throw new Refusal('request_too_large', { detail: `A draft has at most ${DRAFT_MAX_BYTES} bytes.` });
  }
  return bytes;
}
