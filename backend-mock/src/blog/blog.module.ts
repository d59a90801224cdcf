import { Module } from '@nestjs/common';
import { ArticlesController } from './articles.controller.ts';
import { Aside } from '../aside/aside.ts';
import { DraftReader } from './draft-reader.ts';
import { ListDrafts } from './list-drafts.ts';
import { PublishDraft } from './publish-draft.ts';
import { UnpublishArticle } from './unpublish-article.ts';

/** The blog: one line per capability. */
@Module({
  controllers: [ArticlesController],
  providers: [Aside, DraftReader, ListDrafts, PublishDraft, UnpublishArticle],
})
export class BlogModule {}
