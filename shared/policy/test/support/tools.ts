import { createCatalogue, type ToolFacts } from '../../src/index.ts';

const tool = (name: string, kind: ToolFacts['kind'], context: string, facts: Partial<ToolFacts> = {}): ToolFacts => ({
  name,
  kind,
  context,
  action: name.replace(/^(plan|commit)_/, ''),
  roles: [`${context}-agent`],
  ships: false,
  leastApproval: 'none',
  money: null,
  record: null,
  showsOutside: false,
  readable: {},
  ...facts,
});

const refund = {
  money: '/amount',
  readable: { amount: 'value', currency: 'value', order: 'value', reason: 'length' },
} as const;

/** Tools with all that contracts can differ in. */
export const TOOLS: readonly ToolFacts[] = [
  tool('list_drafts', 'read', 'blog'),
  tool('commit_publish', 'commit', 'blog', { ships: true, leastApproval: 'owner', readable: { filename: 'value' } }),
  tool('search_customers', 'read', 'crm', { readable: { query: 'length', rows: 'value' } }),
  tool('get_customer', 'read', 'crm', { record: '/customerId', readable: { customerId: 'value' } }),
  tool('commit_export', 'commit', 'crm', { leastApproval: 'reviewer', readable: { fields: 'value', rows: 'value' } }),
  tool('get_ticket', 'read', 'tickets', {
    record: '/ticketId',
    showsOutside: true,
    readable: { ticketId: 'value', 'a/b~c': 'value' },
  }),
  tool('plan_refund', 'plan', 'tickets', refund),
  tool('commit_refund', 'commit', 'tickets', refund),
  tool('commit_credit', 'commit', 'tickets', { ...refund, readable: { amount: 'value', currency: 'value' } }),
  tool('commit_update', 'commit', 'tickets', { readable: { status: 'value', tags: 'value', note: 'length' } }),
];

export const CATALOGUE = createCatalogue(TOOLS);
