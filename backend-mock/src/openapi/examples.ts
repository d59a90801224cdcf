import { BLOG_EXAMPLES } from './examples/blog.ts';
import { CRM_EXAMPLES } from './examples/crm.ts';
import type { OperationExample } from './examples/example.ts';
import { TICKETS_EXAMPLES } from './examples/tickets.ts';

/** Examples by tool. */
export const EXAMPLES: Readonly<Record<string, OperationExample>> = {
  ...BLOG_EXAMPLES,
  ...CRM_EXAMPLES,
  ...TICKETS_EXAMPLES,
};
