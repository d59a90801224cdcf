import { commitPublishDraftAnswer, commitPublishDraftArguments } from '@narrow-deputies/contracts/blog';
import { defineTool, type Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';

export const commitPublishDraft = (backend: Pick<Backend, 'commitPublishDraft'>): Tool =>
  defineTool({
    name: 'commit_publish_draft',
    title: 'Publish a planned draft',
    description:
      'WRITES: publishes the planned bytes on the public blog. The user must confirm before this is called. Answers ' +
      'pending_approval with a link while a person has not approved the plan: give the user the link, do not call again ' +
      'until they say that they decided. A repeat changes nothing.',
    kind: 'commit',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    input: commitPublishDraftArguments,
    output: commitPublishDraftAnswer,
    handler: ({ planId }, call) => backend.commitPublishDraft({ planId }, call),
  });
