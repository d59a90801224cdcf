import type { JsonObject } from '@narrow-deputies/contracts';
import { fewestStatements } from './count-statements.ts';
import type { Lab } from './lab.ts';
import { activate, ALLOWING } from './policies.ts';
import { seedRecords } from './valid-calls.ts';
import type { WireReply } from './wire-client.ts';

/** The kinds of calls of which round trips are counted. */
export const COUNTED = ['read', 'plan', 'commit'] as const;
export type Counted = (typeof COUNTED)[number];

/**
 * What each kind of call sends to the store: one record is read, a ticket is planned, and its plan, released by policy, is
 * committed.
 *
 * @throws Error when a call is not served.
 */
export async function tripsOf(lab: Lab): Promise<Readonly<Record<Counted, readonly string[]>>> {
  await seedRecords(lab);
  await activate(lab, ALLOWING);
  const reader = lab.wireOf('crm-reader');
  const handler = lab.wireOf('ticket-handler');
  const reading = { grant: await reader.grant() };
  const writing = { grant: await handler.grant() };
  const planIds: string[] = [];
  let subjects = 0;
  const read = await fewestStatements(async () => {
    served(await reader.call('/v1/crm/get_customer', { customerId: 'C1001' }, reading));
  });
  const plan = await fewestStatements(async () => {
    const ticket = { customerId: 'C1001', subject: `Ticket ${++subjects}`, text: 'A note.', priority: 'normal' };
    planIds.push(String(served(await handler.call('/v1/tickets/plan_create_ticket', ticket, writing))['planId']));
  });
  const commit = await fewestStatements(async () => {
    const planId = planIds.pop() ?? '';
    served(await handler.call('/v1/tickets/commit_create_ticket', { planId }, writing));
  });
  return { read, plan, commit };
}

function served({ status, text, json }: WireReply): JsonObject {
  if (status !== 200) throw new Error(`A call answered ${status} ${text}`);
  return json;
}
