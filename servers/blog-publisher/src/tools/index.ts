import type { Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';
import { commitPublishDraft } from './commit-publish-draft.ts';
import { commitUnpublishArticle } from './commit-unpublish-article.ts';
import { listDrafts } from './list-drafts.ts';
import { planPublishDraft } from './plan-publish-draft.ts';
import { planUnpublishArticle } from './plan-unpublish-article.ts';

/** Every tool of this server, in the order that hosts show. */
export const createTools = (draftsRoot: string, backend: Backend): Tool[] => [
  listDrafts(draftsRoot, backend),
  planPublishDraft(draftsRoot, backend),
  commitPublishDraft(backend),
  planUnpublishArticle(backend),
  commitUnpublishArticle(backend),
];
