import { planExportCustomersAnswer, planExportCustomersArguments } from '@narrow-deputies/contracts/crm';
import { defineTool, type Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';

export const planExportCustomers = (backend: Pick<Backend, 'planExportCustomers'>): Tool =>
  defineTool({
    name: 'plan_export_customers',
    title: 'Plan an export of customers',
    description:
      'Plans a CSV file of the customers that a filter names, and returns how many rows it would have. A plan ' +
      'changes nothing: a person has to approve it at approvalUrl, and fetches the file. You never get the rows.',
    kind: 'plan',
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    input: planExportCustomersArguments,
    output: planExportCustomersAnswer,
    handler: (args, call) => backend.planExportCustomers(args, call),
  });
