import { commitUnpublishArticleAnswer, commitUnpublishArticleArguments } from '@narrow-deputies/contracts/blog';
import { defineTool, type Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';

export const commitUnpublishArticle = (backend: Pick<Backend, 'commitUnpublishArticle'>): Tool =>
  defineTool({
    name: 'commit_unpublish_article',
    title: 'Take a planned article down',
    description:
      'WRITES: takes the planned article off the public blog. The user must confirm before this is called. Answers ' +
      'pending_approval with a link while a person has not approved the plan: give the user the link, do not call again ' +
      'until they say that they decided. A repeat changes nothing.',
    kind: 'commit',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    input: commitUnpublishArticleArguments,
    output: commitUnpublishArticleAnswer,
    handler: ({ planId }, call) => backend.commitUnpublishArticle({ planId }, call),
  });
