import { Module } from '@nestjs/common';
import { ArticlesController } from './articles.controller.ts';
import { ListDrafts } from './list-drafts.ts';
import { PublishDraft } from './publish-draft.ts';
import { UnpublishArticle } from './unpublish-article.ts';

/** The blog: one line per capability. */
@Module({
  controllers: [ArticlesController],
  providers: [ListDrafts, PublishDraft, UnpublishArticle],
})
export class BlogModule {}
