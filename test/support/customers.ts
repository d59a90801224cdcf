import { expect } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { EXPORT_LIFE_MS } from '../../backend-mock/src/customers/exports-repository.ts';
import { insertCustomers, insertOrders, makeCustomer, makeOrder } from '../../backend-mock/test/support/ticket-rows.ts';
import { expectCaught, startBrokenLab, type Fault } from './broken.ts';
import { mintClient } from './clients.ts';
import type { Lab, WirePerson } from './lab.ts';
import type { Secret } from './secrets.ts';
import { expectDenied as expectNothingChanged } from './tickets.ts';
import type { RequestOptions, WireClient, WireReply } from './wire-client.ts';

export { pointersOf, resultOf, stateOf, told, type Store } from './tickets.ts';

type Customer = ReturnType<typeof makeCustomer>;

/** What no agent may ever read of a customer, and what of it stands in the masked form. */
export const HIDDEN = {
  email: 'canary.kestrel@hidden-domain.example',
  phone: '0049-431-7071829',
  fax: '0049-431-6061728',
  address: '17 Hidden Quarter Lane',
  postalCode: 'ZX81-4QQ',
} as const;
export const SECRETS: readonly Secret[] = [
  ...Object.entries(HIDDEN).map(([name, value]) => ({ name, value })),
  { name: 'name before the @', value: 'canary.kestrel' },
  { name: 'domain', value: 'hidden-domain' },
  { name: 'digits of the telephone number', value: '7071829' },
];

const RECORDS = ['exports', 'refunds', 'ticket_messages', 'tickets', 'orders', 'customers'] as const;

/** ANNA of Kiel, Germany, with two orders and everything that is hidden; BERT of Leeds, UK; CARL of York, UK. */
export async function seedCustomers(lab: Lab): Promise<void> {
  await emptyRecords(lab);
  await addCustomers(
    lab,
    makeCustomer('ANNA', {
      ...HIDDEN,
      companyName: 'Teehaus Anna',
      contactName: 'Anna Falk',
      contactTitle: 'Owner',
      city: 'Kiel',
      region: 'SH',
      country: 'Germany',
    }),
    makeCustomer('BERT', { companyName: 'Bert & Sons', city: 'Leeds', country: 'UK' }),
    makeCustomer('CARL', { companyName: "Carl's Cups", contactName: null, city: 'York', country: 'UK', email: null }),
  );
  await lab.backend.database.transaction((tx) =>
    insertOrders(
      tx,
      makeOrder('501', 'ANNA', { orderedOn: '2026-02-11', shippedOn: '2026-02-14', total: 44_000 }),
      makeOrder('502', 'ANNA', { orderedOn: '2026-10-01' }),
      makeOrder('503', 'BERT', { orderedOn: '2025-12-31' }),
    ),
  );
}

/** Nobody and nothing; whatever was planned is over. */
export async function emptyRecords(lab: Lab): Promise<void> {
  const { db } = lab.backend.database;
  for (const table of RECORDS) await db.deleteFrom(table).execute();
  await db.updateTable('plans').set({ state: 'revoked' }).where('state', '!=', 'committed').execute();
}

export const addCustomers = (lab: Lab, ...customers: readonly Customer[]): Promise<void> =>
  lab.backend.database.transaction((tx) => insertCustomers(tx, ...customers));
export { makeCustomer } from '../../backend-mock/test/support/ticket-rows.ts';

/** A field of a customer is another now, as an import would have it. */
export async function changeCustomer(
  lab: Lab,
  id: string,
  values: { company_name?: string; phone?: string },
): Promise<void> {
  await lab.backend.database.db
    .updateTable('customers')
    .set((row) => ({ ...values, version: row('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

interface Clients {
  readonly lookup: WireClient;
  readonly exporter: WireClient;
}
/** One of each for each lab: they keep their grants. */
const clients = new WeakMap<Lab, Clients>();

/** The first crm-reader token, and one that was minted for exports. */
export async function clientsOf(lab: Lab): Promise<Clients> {
  const known = clients.get(lab);
  if (known) return known;
  const both = { lookup: lab.wireOf('crm-reader'), exporter: await mintClient(lab, 'crm-reader-export') };
  clients.set(lab, both);
  return both;
}

/** Calls a tool of the crm-reader. Quotas are not what is looked at here. */
export async function callAs(
  lab: Lab,
  who: keyof Clients,
  tool: string,
  args: JsonObject,
  options: RequestOptions = {},
): Promise<WireReply> {
  await lab.backend.database.db.deleteFrom('limits').execute();
  return (await clientsOf(lab))[who].call(`/v1/crm/${tool}`, args, options);
}

export const search = (lab: Lab, args: JsonObject): Promise<WireReply> =>
  callAs(lab, 'lookup', 'search_customers', args);
export const get = (lab: Lab, customerId: string): Promise<WireReply> =>
  callAs(lab, 'lookup', 'get_customer', { customerId });
export const planExport = (lab: Lab, filter: JsonObject, fields: readonly string[]): Promise<WireReply> =>
  callAs(lab, 'exporter', 'plan_export_customers', { filter, fields: [...fields] });
export const commitExport = (lab: Lab, planId: string): Promise<WireReply> =>
  callAs(lab, 'exporter', 'commit_export_customers', { planId });

/** A plan that its owner approved. @returns its id. */
export async function approvedExport(lab: Lab, filter: JsonObject, fields: readonly string[]): Promise<string> {
  const planned = await planExport(lab, filter, fields);
  const planId = String(planned.json['planId']);
  expect((await lab.people.owner.decide('approve', planId)).json['status']).toBe('released');
  return planId;
}

/** A file that waits. @returns its id. */
export async function sealedExport(lab: Lab, filter: JsonObject, fields: readonly string[]): Promise<string> {
  const { json } = await commitExport(lab, await approvedExport(lab, filter, fields));
  return String(((json['receipt'] as JsonObject)['result'] as JsonObject)['exportId']);
}

export const fetchAs = (person: WirePerson, exportId: string): Promise<WireReply> =>
  person.call('fetch_export', { exportId });

/** The file that a person was handed, as text without its byte-order mark. */
export const fileIn = ({ json }: WireReply): string =>
  Buffer.from(String(json['content']), 'base64').toString('utf8').replace('\uFEFF', '');

export const exportsOf = (lab: Lab) =>
  lab.backend.database.db.selectFrom('exports').selectAll().orderBy('id').execute();

/** The day of a file is over. */
export const expire = (lab: Lab, exportId: string): Promise<unknown> =>
  lab.backend.database.db
    .updateTable('exports')
    .set({ created_at: 1, expires_at: 1 + EXPORT_LIFE_MS })
    .where('id', '=', exportId)
    .execute();

/** A call is refused with this code: one entry that says so, and no record, plan or file is another. */
export async function expectDenied(lab: Lab, make: () => Promise<WireReply>, code: string): Promise<WireReply> {
  const before = await exportsOf(lab);
  const reply = await expectNothingChanged(lab, make, code);
  expect(await exportsOf(lab)).toEqual(before);
  return reply;
}

/** Runs the same on a backend with one fault, on which it has to fail. */
export async function expectCaughtIn(fault: Fault, assertion: (broken: Lab) => Promise<unknown>): Promise<void> {
  const broken = await startBrokenLab(fault);
  try {
    await seedCustomers(broken);
    await expectCaught(() => assertion(broken));
  } finally {
    await broken.stop();
  }
}
