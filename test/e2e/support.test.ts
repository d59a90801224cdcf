import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfBytes } from '@narrow-deputies/signing';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { ERAS, type McpSession, type ToolResult } from '../support/mcp-session.ts';
import { Product } from '../support/product.ts';

const CUSTOMERS = [
  'CustomerID,CompanyName,ContactName,ContactTitle,Address,City,Region,PostalCode,Country,Phone,Fax',
  'ACORN,Acorn Imports,Ines Falk,Buyer,Hafenweg 3,Kiel,,24103,Germany,0431-5550143,',
  'BIRCH,Birch & Daughters,Noor Hadley,Owner,1 Mill Lane,York,,YO1 7HH,UK,(1904) 555-0188,',
  '"CEDAR ",Cedar Maison,,,"12, rue du Lac",Annecy,,74000,France,,',
].join('\r\n');
const ORDERS = [
  'OrderID,CustomerID,OrderDate,RequiredDate,ShippedDate,Freight,ShipCity,ShipCountry,Total',
  '90001,ACORN,2026-01-05,2026-02-02,2026-01-09,32.38,Kiel,Germany,440.0',
  '90002,BIRCH,2026-01-06,2026-02-03,,11.61,York,UK,1863.4',
].join('\r\n');

const planIdOf = ({ data }: ToolResult): string => String(data['planId']);
const resultOf = ({ data }: ToolResult): JsonObject => ((data['receipt'] as JsonObject)['result'] ?? {}) as JsonObject;

describe.each(['sqlite', 'postgres'] as const)('customers and tickets in the hands of agents, on %s', (engine) => {
  let postgres: PostgresServer | undefined;
  let product: Product;
  let folder: string;
  let crm: McpSession;
  let tickets: McpSession;
  let ticketId: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deputies-data-'));
    postgres = engine === 'postgres' ? await startPostgres() : undefined;
    const databaseUrl = await postgres?.createDatabase();
    product = await Product.start(databaseUrl === undefined ? {} : { databaseUrl });
    await writeFile(join(folder, 'customers.csv'), CUSTOMERS);
    await writeFile(join(folder, 'orders.csv'), ORDERS);
    const files = ['--customers', join(folder, 'customers.csv'), '--orders', join(folder, 'orders.csv')];
    await product.deputiesJson('data', 'import', ...files, '--currency', 'EUR');
    crm = await product.connect('crm-reader');
    tickets = await product.connect('ticket-handler');
  }, 120_000);
  afterAll(async () => {
    await product?.dispose();
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const approve = (planId: string): Promise<unknown> => product.deputiesJson('approvals', 'approve', planId);
  /** Plans, meets the person, has them approve, commits twice. */
  async function carryOut(session: McpSession, noun: string, args: JsonObject): Promise<JsonObject> {
    const plan = await session.call(`plan_${noun}`, args);
    expect([noun, plan.isError, plan.data['status'] ?? plan.data]).toEqual([noun, false, 'pending_approval']);
    const planId = planIdOf(plan);
    const early = await session.call(`commit_${noun}`, { planId });
    expect(early).toMatchObject({ isError: false, data: { status: 'pending_approval', planId } });
    await approve(planId);
    const done = await session.call(`commit_${noun}`, { planId });
    expect([noun, done.isError]).toEqual([noun, false]);
    const again = await session.call(`commit_${noun}`, { planId });
    expect(again.data).toEqual({ ...done.data, repeated: true });
    return resultOf(done);
  }
  const refused = async (call: Promise<ToolResult>): Promise<string> => {
    const { isError, data } = await call;
    expect(isError).toBe(true);
    expect(String(data['detail']).length).toBeGreaterThan(15);
    return String(data['code']);
  };

  test.each(ERAS)('hosts of %s see every tool [host.both-eras, law.narrow-tools]', async (era) => {
    expect(await (await product.connect('crm-reader', era)).toolNames()).toEqual([
      'search_customers',
      'get_customer',
      'plan_export_customers',
      'commit_export_customers',
    ]);
    expect(await (await product.connect('ticket-handler', era)).toolNames()).toHaveLength(10);
  });

  test('a customer is found by a part of their name, and shown without a way to reach them [outcome.search_customers, outcome.get_customer]', async () => {
    const { data } = await crm.call('search_customers', { query: 'acorn' });
    expect(data['customers']).toMatchObject([
      { customerId: 'ACORN', untrusted: { companyName: 'Acorn Imports', city: 'Kiel' }, flags: [] },
    ]);
    const one = await crm.call('get_customer', { customerId: 'ACORN' });
    expect(one.data).toMatchObject({
      contact: { email: null, phone: '•••43' },
      recentOrders: [{ orderId: '90001', total: { amount: 44_000, currency: 'EUR' }, refunded: 0 }],
    });
    for (const hidden of ['Hafenweg', '24103', '5550143']) expect(JSON.stringify(one.data)).not.toContain(hidden);
    expect((await crm.call('get_customer', { customerId: 'CEDAR' })).data).toMatchObject({ orderCount: 0 });
    expect(await refused(crm.call('get_customer', { customerId: 'CEDAR ' }))).toBe('invalid_arguments');
    expect(await refused(crm.call('get_customer', { customerId: 'NOBODY' }))).toBe('not_found');
    expect(await refused(crm.call('search_customers', { query: '%%' }))).toBe('invalid_arguments');
  });

  test('a ticket is opened, read and corrected [outcome.commit_create_ticket, outcome.commit_update_ticket, outcome.get_ticket, outcome.list_tickets]', async () => {
    const created = await carryOut(tickets, 'create_ticket', {
      customerId: 'ACORN',
      subject: 'Broken on arrival',
      text: 'They called: two of the boxes were open.',
      priority: 'normal',
    });
    ticketId = String(created['ticketId']);
    const listed = await tickets.call('list_tickets', { customerId: 'ACORN' });
    expect(listed.data['tickets']).toMatchObject([{ ticketId, status: 'open', priority: 'normal' }]);
    const change = { ticketId, priority: 'high', assignee: 'billing', note: 'Refund is due.' };
    expect(await carryOut(tickets, 'update_ticket', change)).toMatchObject({ ticketId });
    const { data } = await tickets.call('get_ticket', { ticketId });
    expect(data).toMatchObject({ priority: 'high', assignee: 'billing', orders: [{ orderId: '90001' }] });
    expect(await refused(tickets.call('plan_update_ticket', { ticketId }))).toBe('invalid_arguments');
    expect(await refused(tickets.call('plan_update_ticket', { ticketId, priority: 'high' }))).toBe('invalid_arguments');
    expect(await refused(tickets.call('get_ticket', { ticketId: '0' }))).toBe('not_found');
  });

  test('part of an order is refunded, never more than is left [outcome.plan_refund, outcome.commit_refund, ticket.refund]', async () => {
    const refund = { ticketId, orderId: '90001', amount: 12_000, currency: 'EUR', reason: 'Two boxes open.' };
    expect(await carryOut(tickets, 'refund', refund)).toMatchObject({
      refund: { amount: 12_000, currency: 'EUR' },
      left: 32_000,
    });
    for (const wrong of [
      { amount: 32_001 },
      { amount: 0 },
      { amount: -5 },
      { amount: 1.5 },
      { currency: 'USD' },
      { currency: 'eur' },
    ]) {
      expect(await refused(tickets.call('plan_refund', { ...refund, ...wrong }))).toBe('invalid_arguments');
    }
    // Another customer's order is no more there than one that never was.
    const other = await tickets.call('plan_refund', { ...refund, orderId: '90002' });
    const nowhere = await tickets.call('plan_refund', { ...refund, orderId: '99999' });
    const { auditId: _one, ...foreign } = other.data;
    const { auditId: _two, ...absent } = nowhere.data;
    expect(foreign).toEqual(absent);
    expect(foreign['code']).toBe('not_found');
  });

  test('the customer reads exactly what a person approved [outcome.plan_reply_to_customer, outcome.commit_reply_to_customer, ticket.reply]', async () => {
    const text = 'Dear Ines Falk,\n\n120.00 EUR are on their way back to you. 🙏\n\nRegards';
    expect(await carryOut(tickets, 'reply_to_customer', { ticketId, text })).toMatchObject({
      contentDigest: digestOfBytes(Buffer.from(text)),
    });
    const { data } = await tickets.call('get_ticket', { ticketId });
    expect((data['thread'] as JsonObject[]).at(-1)).toMatchObject({ kind: 'reply', untrusted: { text } });
    const hidden = tickets.call('plan_reply_to_customer', { ticketId, text: 'Pay\u202E 00.021' });
    expect(await refused(hidden)).toBe('invalid_arguments');
  });

  test('a ticket that moved makes a plan stale, and the answer says what changed [ticket.stale, plan.bound]', async () => {
    const solve = await tickets.call('plan_update_ticket', { ticketId, status: 'solved' });
    const close = await tickets.call('plan_update_ticket', { ticketId, status: 'closed' });
    await approve(planIdOf(solve));
    await approve(planIdOf(close));
    expect((await tickets.call('commit_update_ticket', { planId: planIdOf(solve) })).isError).toBe(false);
    const stale = await tickets.call('commit_update_ticket', { planId: planIdOf(close) });
    expect(stale.data).toMatchObject({ code: 'plan_stale', conditions: ['new_plan'] });
    expect(JSON.stringify(stale.data['errors'])).toContain('solved');
  });

  test('a list is exported for a person by an agent that was given the power, and by no other [crm.lookup, crm.export, outcome.plan_export_customers, outcome.commit_export_customers]', async () => {
    const wanted = {
      filter: { country: 'germany', orderedSince: '2026-01-01' },
      fields: ['customerId', 'companyName', 'phone'],
    };
    expect(await refused(crm.call('plan_export_customers', wanted))).toBe('insufficient_scope');
    const power = ['--scope', 'crm:plan_export_customers', '--scope', 'crm:commit_export_customers'];
    const mint = ['token', 'mint', 'crm-reader', '--client', 'crm-reader-export', ...power];
    const { token } = await product.deputiesJson<{ token: string }>(...mint);
    const exporter = await product.connect('crm-reader', '2025-11-25', { DEPUTY_TOKEN: token });
    expect(await refused(exporter.call('search_customers', { query: 'acorn' }))).toBe('insufficient_scope');
    expect(await refused(exporter.call('plan_export_customers', { ...wanted, filter: {} }))).toBe('invalid_arguments');
    expect(await refused(exporter.call('plan_export_customers', { ...wanted, fields: ['address'] }))).toBe(
      'invalid_arguments',
    );
    const sealed = await carryOut(exporter, 'export_customers', wanted);
    expect(Object.keys(sealed).toSorted()).toEqual(['digest', 'exportId', 'rowCount']);

    const file = join(folder, 'list.csv');
    const fetched = await product.deputiesJson<JsonObject>(
      'exports',
      'fetch',
      String(sealed['exportId']),
      '--out',
      file,
    );
    expect(fetched).toEqual({ path: file, rowCount: sealed['rowCount'], digest: sealed['digest'] });
    const bytes = await readFile(file);
    expect(digestOfBytes(bytes)).toBe(sealed['digest']);
    expect(bytes.toString()).toContain('"ACORN","Acorn Imports","0431-5550143"\r\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const again = await product.deputies(
      'exports',
      'fetch',
      String(sealed['exportId']),
      '--out',
      `${file}.2`,
      '--json',
    );
    expect(again.code).not.toBe(0);
    await expect(stat(`${file}.2`)).rejects.toThrow('ENOENT');
    const kept = await product.deputies('exports', 'fetch', String(sealed['exportId']), '--out', file);
    expect([kept.code, (await readFile(file)).equals(bytes)]).toEqual([1, true]);
  });
});
