import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfBytes } from '@narrow-deputies/signing';
import type { McpSession } from '../../test/support/mcp-session.ts';
import type { Product } from '../../test/support/product.ts';
import { planIdOf, receiptOf, type Story } from './story.ts';

/** A customer with a real complaint, whose ticket also orders the agent around. */
const TICKET = '1842';
/** The order that it is about, and the price of what was damaged, in minor units. */
const ORDER = '50181';
const CRUSHED = 7400;
const LIST_ALL = { filter: { orderedSince: '1900-01-01' }, fields: ['companyName', 'email', 'phone'] };

interface Agents {
  readonly tickets: McpSession;
  /** As it stands in the ready file: look-up only. */
  readonly crm: McpSession;
  readonly blog: McpSession;
}

const codeOf = ({ data }: { data: JsonObject }): string => String(data['code'] ?? data['status']);

async function readTicket(story: Story, { tickets }: Agents): Promise<JsonObject> {
  story.chapter('A ticket gives the agent orders');
  const { data } = await tickets.call('get_ticket', { ticketId: TICKET });
  const thread = (data['thread'] ?? []) as JsonObject[];
  for (const message of thread) {
    const { text } = message['untrusted'] as { text: string };
    story.say(`${String(message['from'])}: ${text.replaceAll(/\s+/g, ' ').slice(0, 150)}`);
  }
  story.check(
    'what was written outside is labelled as data',
    thread.every((message) => 'untrusted' in message),
  );
  return data;
}

async function obeys(story: Story, { crm, blog }: Agents): Promise<void> {
  story.chapter('Suppose that the agent obeys, with every tool that it has');
  const exported = await crm.call('plan_export_customers', LIST_ALL);
  story.say(`export everything: ${codeOf(exported)}`);
  story.check('its token holds no export', codeOf(exported) === 'insufficient_scope');
  for (const query of ['%%', '**', ' a ']) {
    const listed = await crm.call('search_customers', { query });
    story.check(`a search for ${JSON.stringify(query)} lists nothing`, codeOf(listed) === 'invalid_arguments');
  }
  const found = await crm.call('search_customers', { query: 'an' });
  const [first] = (found.data['customers'] ?? []) as JsonObject[];
  const one = await crm.call('get_customer', { customerId: String(first?.['customerId']) });
  story.say(`what it may see of a customer to reach them by: ${JSON.stringify(one.data['contact'])}`);
  story.check('contact data is masked', /^\{"email":(null|"[^@]?•••@?.*"),/.test(JSON.stringify(one.data['contact'])));
  const published = await blog.call('plan_publish_draft', { filename: 'all-customers.md' });
  story.say(`publish them: ${codeOf(published)}`);
  story.check('only files that the user wrote can be published, and there is none', published.isError);
}

async function exportAgent(story: Story, product: Product): Promise<McpSession> {
  const scopes = ['crm:plan_export_customers', 'crm:commit_export_customers'];
  const power = scopes.flatMap((scope) => ['--scope', scope]);
  const mint = ['token', 'mint', 'crm-reader', '--client', 'crm-reader-export', ...power];
  const { token } = await product.deputiesJson<{ token: string }>(...mint);
  story.say('An administrator minted a token for exports, for another agent.');
  return product.connect('crm-reader', '2026-07-28', { DEPUTY_TOKEN: token });
}

async function evenThen(story: Story, product: Product, agent: McpSession): Promise<void> {
  story.chapter('Suppose that even the export agent was talked into it');
  const plan = await agent.call('plan_export_customers', LIST_ALL);
  const { rowCount, fields } = plan.data['preview'] as { rowCount: number; fields: string[] };
  const planId = planIdOf(plan.data);
  story.say(`a person is asked: ${rowCount} customers, ${fields.join(', ')}?`);
  const commit = { planId };
  story.check(
    'nothing happens before',
    codeOf(await agent.call('commit_export_customers', commit)) === 'pending_approval',
  );
  await product.deputiesJson('approvals', 'reject', planId, '--reason', 'Nobody needs this list.');
  const rejected = await agent.call('commit_export_customers', commit);
  story.say(`answer: ${String(rejected.data['detail'])}`);
  story.check('the person said no, and the agent is told why', codeOf(rejected) === 'approval_rejected');
}

async function helps(story: Story, product: Product, { tickets }: Agents, ticket: JsonObject): Promise<void> {
  story.chapter('What the customer really needs');
  const orders = (ticket['orders'] ?? []) as { orderId: string; total: { amount: number; currency: string } }[];
  const order = orders.find(({ orderId }) => orderId === ORDER);
  if (!order) throw new Error(`Ticket ${TICKET} is not about order ${ORDER}.`);
  const { amount: total, currency } = order.total;
  const refund = (amount: number) =>
    tickets.call('plan_refund', {
      ticketId: TICKET,
      orderId: order.orderId,
      amount,
      currency,
      reason: 'Arrived damaged.',
    });
  const tooMuch = await refund(total + 1);
  story.say(`refund more than the order: ${codeOf(tooMuch)}`);
  story.check('a refund never exceeds its order', codeOf(tooMuch) === 'invalid_arguments');
  const paidBack = planIdOf((await refund(CRUSHED)).data);
  const text = 'We are sorry that four tins arrived crushed. Their price, 74.00 EUR, is on its way back to you.';
  const reply = await tickets.call('plan_reply_to_customer', { ticketId: TICKET, text });
  story.check('the person sees the reply as the customer will', (reply.data['preview'] as JsonObject)['text'] === text);
  for (const planId of [paidBack, planIdOf(reply.data)]) await product.deputiesJson('approvals', 'approve', planId);
  const receipt = receiptOf((await tickets.call('commit_refund', { planId: paidBack })).data);
  story.say(`refunded: ${JSON.stringify((receipt['result'] as JsonObject)['refund'])}`);
  story.check(
    'the refund is paid once',
    receiptOf((await tickets.call('commit_refund', { planId: paidBack })).data)['auditId'] === receipt['auditId'],
  );
  const update = await tickets.call('plan_update_ticket', {
    ticketId: TICKET,
    status: 'solved',
    note: 'Refunded in part.',
  });
  await product.deputiesJson('approvals', 'approve', planIdOf(update.data));
  const replied = await tickets.call('commit_reply_to_customer', { planId: planIdOf(reply.data) });
  story.check('the reply is sent', !replied.isError && 'receipt' in replied.data);
  const stale = await tickets.call('commit_update_ticket', { planId: planIdOf(update.data) });
  story.say(`then the other plan: ${String(stale.data['detail'])}`);
  story.check('a ticket that moved is looked at anew', codeOf(stale) === 'plan_stale');
}

async function wanted(story: Story, product: Product, agent: McpSession): Promise<void> {
  story.chapter('An export that somebody asked for');
  const asked = { filter: { orderedSince: '1900-01-01' }, fields: ['customerId', 'companyName', 'country'] };
  const planId = planIdOf((await agent.call('plan_export_customers', asked)).data);
  await product.deputiesJson('approvals', 'approve', planId);
  const { result } = receiptOf((await agent.call('commit_export_customers', { planId })).data) as {
    result?: JsonObject;
  };
  story.say(`the agent gets: ${JSON.stringify(result)}`);
  const file = join(product.folder, 'customers.csv');
  const fetched = await product.deputiesJson<JsonObject>(
    'exports',
    'fetch',
    String(result?.['exportId']),
    '--out',
    file,
  );
  const bytes = await readFile(file);
  story.check(
    'a person fetches the file, and it is the one of the receipt',
    digestOfBytes(bytes) === result?.['digest'] && fetched['digest'] === result?.['digest'],
  );
  const again = await product.deputies('exports', 'fetch', String(result?.['exportId']), '--out', `${file}.2`);
  story.check('once', again.code !== 0);
}

/** A customer's ticket, three servers, and where a person is asked. */
export async function tellSupport(story: Story, product: Product): Promise<void> {
  const agents: Agents = {
    tickets: await product.connect('ticket-handler'),
    crm: await product.connect('crm-reader'),
    blog: await product.connect('blog-publisher'),
  };
  const ticket = await readTicket(story, agents);
  await obeys(story, agents);
  const exporter = await exportAgent(story, product);
  await evenThen(story, product, exporter);
  await helps(story, product, agents, ticket);
  await wanted(story, product, exporter);
}
