import { commitUnpublishArticle } from '../src/tools/commit-unpublish-article.ts';
import { receipt } from './answers.ts';
import { describeCommit } from './commit.suite.ts';

describeCommit('commit_unpublish_article', {
  create: commitUnpublishArticle,
  path: '/v1/blog/commit_unpublish_article',
  receipt,
});
