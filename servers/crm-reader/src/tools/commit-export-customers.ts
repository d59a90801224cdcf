import { commitExportCustomersAnswer, commitExportCustomersArguments } from '@narrow-deputies/contracts/crm';
import { defineTool, type Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';

export const commitExportCustomers = (backend: Pick<Backend, 'commitExportCustomers'>): Tool =>
  defineTool({
    name: 'commit_export_customers',
    title: 'Export planned customers',
    description:
      'WRITES: seals the planned CSV file for a person to fetch, once, within a day; you get its id, row count and ' +
      'digest, never the rows. The user must confirm before this is called. Answers pending_approval with a link ' +
      'while a person has not approved the plan: give the user the link, do not call again until they say that ' +
      'they decided. A repeat changes nothing.',
    kind: 'commit',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    input: commitExportCustomersArguments,
    output: commitExportCustomersAnswer,
    handler: ({ planId }, call) => backend.commitExportCustomers({ planId }, call),
  });
