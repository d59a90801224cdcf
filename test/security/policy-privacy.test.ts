import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { Settings } from '@narrow-deputies/backend-mock';
import { sql } from 'kysely';
import { Sameness } from '../../backend-mock/src/policy/sameness.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { activate, policyWith } from '../support/policies.ts';
import { PACK, withoutQuotas } from '../support/policy-lab.ts';
import { call, expectCaughtIn, seedTickets, TICKET } from '../support/tickets.ts';
import { clientsOf } from '../support/customers.ts';

/** Measures of every kind, so that whatever policy can read it reads. */
const CURIOUS = policyWith(`  - id: long-replies
    effect: deny
    when: { tools: [plan_reply_to_customer], arguments: [{ pointer: /text, max_length: 12 }] }
  - id: the-rest
    effect: require_approval
    approval: owner
    when: { kinds: [commit] }
`).replace('rules:', `risk: { packs: [${PACK}], suspend_at: 99 }\nrules:`);
const PACKS = {
  [PACK]: `version: 1
domain: test
factors:
  - { id: again, measure: repeats, within: 1h, bands: [{ from: 1, score: 3 }] }
  - { id: refused, abuse: true, measure: denials, within: 1h, bands: [{ from: 1, score: 4 }] }
`,
};

/** Texts that no contract keeps, each with the call that carries it. */
const CANARIES: readonly (readonly [string, string, (canary: string) => JsonObject])[] = [
  ['a reply', 'plan_reply_to_customer', (text) => ({ ticketId: TICKET, text: `Dear Anna, ${text}` })],
  ['a reply that is denied', 'plan_reply_to_customer', (text) => ({ ticketId: TICKET, text: text.slice(0, 12) })],
  ['a note', 'plan_update_ticket', (note) => ({ ticketId: TICKET, note })],
  ['a reason', 'plan_refund', (reason) => ({ ticketId: TICKET, orderId: '501', amount: 1, currency: 'EUR', reason })],
  [
    'a subject',
    'plan_create_ticket',
    (subject) => ({ customerId: 'ANNA', subject, text: 'Cups.', priority: 'normal' }),
  ],
  ['a text', 'plan_create_ticket', (text) => ({ customerId: 'ANNA', subject: 'Cups', text, priority: 'normal' })],
  ['a query', 'search_customers', (query) => ({ query })],
];
const canaryOf = (at: number): string => `kestrel${at}canary`;

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
  await seedTickets(lab);
}, 60_000);
afterAll(() => lab?.stop());

/** Places in all columns of all rows that outlive what may be erased, and end with no plan and no repeated key. */
async function keptOf(on: Lab): Promise<string[]> {
  const { db } = on.backend.database;
  const rows: unknown[] = [];
  for (const table of ['audit_entries', 'settings', 'suspensions', 'policies', 'limits'] as const) {
    rows.push(await db.selectFrom(table).selectAll().execute());
  }
  return JSON.stringify(rows).match(/.{0,60}kestrel.{0,20}/gi) ?? [];
}

describe('what policy reads', () => {
  const keepsNothing = async (on: Lab): Promise<void> => {
    await activate(on, CURIOUS, PACKS);
    const { lookup } = await clientsOf(on);
    for (const [at, [, tool, args]] of CANARIES.entries()) {
      const before = (await on.entries()).length;
      await withoutQuotas(on);
      const given = args(canaryOf(at));
      const reply = await (tool === 'search_customers'
        ? lookup.call('/v1/crm/search_customers', given)
        : call(on, tool, given));
      expect([tool, [200, 403].includes(reply.status)]).toEqual([tool, true]);
      const entry = (await on.entries()).slice(before).find((each) => each['tool'] === tool);
      const input = entry?.['decisionInput'] as JsonObject;
      expect(input['sameness']).toMatch(/^[0-9a-f]{16}$/);
      expect(JSON.stringify(input['arguments'])).toContain('"length"');
    }
    expect(await keptOf(on)).toEqual([]);
  };

  test('is no text that a contract does not keep: its length alone is kept [policy.privacy]', () => keepsNothing(lab));

  test('a backend that keeps what it read is caught [check.twins, policy.privacy]', async () => {
    const module = 'backend-mock/src/policy/readable-arguments.ts';
    const readableArguments = (_contract: unknown, args: JsonObject): JsonObject => ({ ...args, more: { length: 1 } });
    await expectCaughtIn({ module, instead: () => ({ readableArguments }) }, keepsNothing);
  }, 30_000);
});

describe('the name by which the same call is known again', () => {
  const DAY = 86_400_000;
  const TODAY = 20_000 * DAY;
  const wanted: JsonObject = { ticketId: '1842', text: 'Dear Anna.' };
  const process = (): Sameness => new Sameness(new Settings('development'));
  const nameOf = (of: Sameness, now: number, args = wanted, tool = 'plan_reply_to_customer'): Promise<string> =>
    lab.backend.database.transaction((tx) => of.of(tx, now, tool, args));
  const keyRow = (): Promise<{ value: string }> =>
    lab.backend.database.db
      .selectFrom('settings')
      .select('value')
      .where('name', '=', 'sameness-key')
      .executeTakeFirstOrThrow();
  const forgetKey = (): Promise<unknown> =>
    lab.backend.database.db.deleteFrom('settings').where('name', '=', 'sameness-key').execute();

  test('is the same on every replica for a day, and differs for other calls [policy.privacy]', async () => {
    await forgetKey();
    const [one, two] = [process(), process()];
    const name = await nameOf(one, TODAY);
    expect(await nameOf(two, TODAY + DAY - 1)).toBe(name);
    expect(await nameOf(one, TODAY, { ...wanted, text: 'Dear anna.' })).not.toBe(name);
    expect(await nameOf(one, TODAY, wanted, 'plan_update_ticket')).not.toBe(name);
  });

  test('is another the next day, when the key of the day before is gone [policy.privacy]', async () => {
    await forgetKey();
    const one = process();
    const [name, row] = [await nameOf(one, TODAY), await keyRow()];
    expect(await nameOf(one, TODAY + DAY)).not.toBe(name);
    expect(await keyRow()).not.toEqual(row);
    await forgetKey();
    expect(await nameOf(process(), TODAY)).not.toBe(name);
  });

  test('is found again although every call of a new day was denied so far [policy.privacy, policy.abuse]', async () => {
    await forgetKey();
    const one = process();
    const denied = (): Promise<string> =>
      lab.backend.database.transaction(async (tx) => {
        await sql`savepoint effects`.execute(tx);
        const name = await one.of(tx, TODAY, 'plan_refund', wanted);
        await sql`rollback to savepoint effects`.execute(tx);
        return name;
      });
    expect(await denied()).toBe(await denied());
  });
});
