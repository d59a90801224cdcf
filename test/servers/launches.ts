import { mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { listDraftsArguments } from '@narrow-deputies/contracts/blog';
import { customer } from '../../servers/crm-reader/test/answers.ts';
import { ticket } from '../../servers/ticket-handler/test/answers.ts';

/** A call that needs the backend. */
export interface AnsweredCall {
  readonly name: string;
  readonly arguments: JsonObject;
  /** What is asked of the backend, and its answer. */
  readonly path: string;
  readonly reply: (body: JsonValue) => JsonObject;
  /** The least that the host is shown. */
  readonly shows: JsonObject;
}

/** A call that the server refuses by itself. */
export interface RefusedCall {
  readonly name: string;
  readonly arguments: JsonObject;
  readonly pointer: string;
}

/** How one server is started and tried as a process of its own. */
export interface Launch {
  /** A folder that it reads, made ready, and the variable that names it. */
  readonly folder?: { readonly variable: string; readonly prepare: () => string };
  readonly answered: AnsweredCall;
  readonly refused: readonly RefusedCall[];
}

/** One draft, and one link out of the folder. */
function draftsFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'deputies-drafts-')));
  writeFileSync(join(folder, 'first.md'), '---\ntitle: First post\n---\nHello\n');
  symlinkSync('/etc/hostname', join(folder, 'link.md'));
  return folder;
}

const judged = (body: JsonValue): JsonObject => ({
  drafts: listDraftsArguments
    .parse(body)
    .drafts.map((draft) => ({ ...draft, title: null, publishable: true, published: false })),
});

export const LAUNCHES: Readonly<Record<string, Launch>> = {
  'blog-publisher': {
    folder: { variable: 'BLOG_DRAFTS_DIR', prepare: draftsFolder },
    answered: {
      name: 'list_drafts',
      arguments: {},
      path: '/v1/blog/list_drafts',
      reply: judged,
      shows: { drafts: [{ filename: 'first.md', title: 'First post', publishable: true }] },
    },
    refused: [
      { name: 'plan_publish_draft', arguments: { filename: '../first.md' }, pointer: '/filename' },
      { name: 'plan_publish_draft', arguments: { filename: 'link.md' }, pointer: '/filename' },
    ],
  },
  'crm-reader': {
    answered: {
      name: 'get_customer',
      arguments: { customerId: 'TRICK' },
      path: '/v1/crm/get_customer',
      reply: () => customer,
      shows: customer,
    },
    refused: [{ name: 'search_customers', arguments: { query: '%%' }, pointer: '/query' }],
  },
  'ticket-handler': {
    answered: {
      name: 'get_ticket',
      arguments: { ticketId: '1842' },
      path: '/v1/tickets/get_ticket',
      reply: () => ticket,
      shows: ticket,
    },
    refused: [{ name: 'get_ticket', arguments: { ticketId: '../1842' }, pointer: '/ticketId' }],
  },
};
