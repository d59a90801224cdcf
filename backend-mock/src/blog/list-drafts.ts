import { Injectable } from '@nestjs/common';
import { draftFilenameFault, type Contract, type JsonObject } from '@narrow-deputies/contracts';
import { listDraftsArguments, listDraftsOutput } from '@narrow-deputies/contracts/blog';
import type * as z from 'zod';
import { Operation } from '../operations/operation.decorator.ts';
import type { OperationContext, ReadOperation } from '../operations/operation.ts';
import { findPublishedByDigest } from './articles-repository.ts';

export const listDraftsContract: Contract<'list_drafts'> = {
  name: 'list_drafts',
  kind: 'read',
  context: 'blog',
  action: 'list',
  resourceType: 'draft',
  scope: 'blog:list_drafts',
  roles: ['publisher-agent'],
  arguments: listDraftsArguments,
  output: listDraftsOutput,
  sideEffects: [],
  worstOutcome: 'The agent learns which of the files that it names are published already, which the blog shows anyway.',
  ships: false,
  approval: 'none',
  money: null,
  record: null,
  shows: null,
  showsOutside: false,
  limits: { bodyBytes: 64 * 1024, depth: 8, perMinute: 60, burst: 20 },
  redaction: { drafts: 'keep' },
};

@Operation({ read: listDraftsContract })
@Injectable()
export class ListDrafts implements ReadOperation {
  /** The drafts in the order that they were named, each with what the backend makes of its name and bytes. */
  async read(args: z.infer<typeof listDraftsArguments>, { tx }: OperationContext): Promise<JsonObject> {
    const published = await findPublishedByDigest(
      tx,
      args.drafts.map((draft) => draft.digest),
    );
    return {
      drafts: args.drafts.map(({ filename, digest }) => {
        const live = published.find((article) => article.contentDigest === digest && article.filename === filename);
        const reason = draftFilenameFault(filename);
        return {
          filename,
          title: live?.title ?? null,
          digest,
          publishable: reason === undefined,
          published: live !== undefined,
          ...(reason !== undefined && { reason }),
        };
      }),
    };
  }
}
