import { commitPublishDraft } from '../src/tools/commit-publish-draft.ts';
import { receipt } from './answers.ts';
import { describeCommit } from './commit.suite.ts';

describeCommit('commit_publish_draft', { create: commitPublishDraft, path: '/v1/blog/commit_publish_draft', receipt });
