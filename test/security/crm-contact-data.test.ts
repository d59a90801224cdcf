import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { EXPORT_FIELDS } from '@narrow-deputies/contracts/crm';
import { sql } from 'kysely';
import {
  addCustomers,
  approvedExport,
  callAs,
  changeCustomer,
  clientsOf,
  commitExport,
  exportsOf,
  expectCaughtIn,
  expectDenied,
  fetchAs,
  fileIn,
  get,
  HIDDEN,
  makeCustomer,
  planExport,
  search,
  SECRETS,
  seedCustomers,
} from '../support/customers.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { secretsIn } from '../support/secrets.ts';
import type { WireReply } from '../support/wire-client.ts';

const GERMANY = { country: 'Germany' };

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
beforeEach(() => seedCustomers(lab));
afterAll(() => lab?.stop());

const wholeOf = ({ status, headers, text }: WireReply): string => JSON.stringify({ status, headers, text });

/** Every row of every table but the customers' own. */
async function storedElsewhere(on: Lab): Promise<string> {
  const { db } = on.backend.database;
  const tables = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(db);
  const names = tables.rows.map(({ name }) => name).filter((name) => name !== 'customers');
  expect(names).toEqual(expect.arrayContaining(['audit_entries', 'audit_payloads', 'plans', 'exports', 'idempotency']));
  const rows = await Promise.all(names.map((name) => sql`select * from ${sql.table(name)}`.execute(db)));
  return JSON.stringify(rows);
}

/** Everything that two agents are told about a customer who has much to hide. */
async function everythingSaid(on: Lab): Promise<string[]> {
  const said: WireReply[] = [];
  for (const query of ['anna', 'kestrel', 'hidden', '7071829', '6061728', 'quarter', 'zx81', '4qq', '0049']) {
    said.push(await search(on, { query }));
  }
  said.push(await get(on, 'ANNA'));
  const stale = await approvedExport(on, GERMANY, EXPORT_FIELDS);
  await changeCustomer(on, 'ANNA', { phone: HIDDEN.phone });
  said.push(await commitExport(on, stale));
  const planned = await planExport(on, GERMANY, EXPORT_FIELDS);
  const planId = String(planned.json['planId']);
  said.push(planned, await commitExport(on, planId));
  await on.people.owner.decide('approve', planId);
  said.push(await commitExport(on, planId), await commitExport(on, planId));
  said.push(await fetchAsAgent(on));
  return said.map(wholeOf);
}

/** An agent that asks where people ask. */
async function fetchAsAgent(on: Lab): Promise<WireReply> {
  const [file] = await exportsOf(on);
  const { exporter } = await clientsOf(on);
  return exporter.call('/people/fetch_export', { exportId: String(file?.id) });
}

describe('contact data', () => {
  const isMasked = async (on: Lab): Promise<void> => {
    const said = await everythingSaid(on);
    expect(said.filter((reply) => reply.includes('"status":200')).length).toBeGreaterThan(8);
    expect(said.flatMap((reply) => secretsIn(reply, SECRETS))).toEqual([]);
  };

  test('of a customer is in no answer that an agent gets, in whatever form [crm.masked, outcome.get_customer, outcome.plan_export_customers]', () =>
    isMasked(lab));

  test('would be found in answers that hold it [check.twins, crm.masked]', async () => {
    const module = 'backend-mock/src/customers/mask-contact.ts';
    const asItIs = (text: string | null): string | null => text;
    await expectCaughtIn({ module, instead: () => ({ maskEmail: asItIs }) }, isMasked);
    await expectCaughtIn({ module, instead: () => ({ maskPhone: asItIs }) }, isMasked);
  }, 60_000);

  test('is in no search: neither found by it, nor part of what is found [crm.masked, crm.search]', async () => {
    for (const query of ['kestrel', 'canary', 'hidden', '7071829', '6061728', 'zx81', 'quarter']) {
      expect([query, (await search(lab, { query })).json]).toEqual([query, { customers: [] }]);
    }
  });

  test('of an export lies in its file alone, and nowhere once it was fetched [crm.export, crm.masked]', async () => {
    await everythingSaid(lab);
    const [file] = await exportsOf(lab);
    expect(secretsIn(String(file?.content), SECRETS)).toContain('email');
    const reply = await fetchAs(lab.people.owner, String(file?.id));
    expect(fileIn(reply)).toContain(HIDDEN.email);
    expect(secretsIn(await storedElsewhere(lab), SECRETS)).toEqual([]);
  });

  test('that no export may hold is in none: address, postal code, fax [crm.export, crm.masked]', async () => {
    for (const field of ['address', 'postalCode', 'fax', 'search_text', 'version']) {
      await expectDenied(lab, () => planExport(lab, GERMANY, ['companyName', field]), 'invalid_arguments');
    }
    await commitExport(lab, await approvedExport(lab, GERMANY, EXPORT_FIELDS));
    const [file] = await exportsOf(lab);
    const reply = await fetchAs(lab.people.owner, String(file?.id));
    const held = secretsIn(fileIn(reply), SECRETS);
    expect(held).toEqual(expect.arrayContaining(['email', 'phone']));
    for (const name of ['address', 'postalCode', 'fax']) expect(held).not.toContain(name);
  });
});

describe('what an agent is told of an export', () => {
  test('is how many, which fields, and what to call it: no name, no row, no path [crm.export, outcome.plan_export_customers, outcome.commit_export_customers]', async () => {
    const NAMES = /Bert|Carl|Leeds|York|BERT|CARL/;
    await addCustomers(lab, makeCustomer('DORA', { country: 'UK', companyName: 'York Dora' }));
    const filter = { country: 'uk' };
    const planned = await callAs(lab, 'exporter', 'plan_export_customers', {
      filter,
      fields: ['companyName', 'email'],
    });
    expect(planned.json['preview']).toEqual({
      action: 'export_customers',
      rowCount: 3,
      fields: ['companyName', 'email'],
      filter,
      holdsContactData: true,
      fetchedBy: 'a person, once, within a day',
    });
    const planId = String(planned.json['planId']);
    await lab.people.owner.decide('approve', planId);
    const done = await commitExport(lab, planId);
    for (const { text } of [planned, done]) expect(text).not.toMatch(NAMES);
  });

  test('holds contact data only where a field reaches a person [crm.export]', async () => {
    const told = async (...fields: string[]): Promise<unknown> =>
      ((await planExport(lab, GERMANY, fields)).json['preview'] as Record<string, unknown>)['holdsContactData'];
    expect([await told('email'), await told('phone'), await told('companyName', 'city')]).toEqual([true, true, false]);
  });
});
