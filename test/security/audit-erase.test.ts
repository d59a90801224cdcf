import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { enrol } from '../support/plans-and-people.ts';
import { approved, call, commit, plan, seedTickets, stateOf, TICKET } from '../support/tickets.ts';
import type { WireReply } from '../support/wire-client.ts';

/** Words of a customer, and of an agent about them, that stand nowhere else. */
const WORDS = 'marzipan-thermometer';

let folder: string;
let store: string;
let lab: Lab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-erase-'));
  store = join(folder, 'store.sqlite');
  lab = await startLab({ databaseUrl: store });
}, 60_000);
beforeEach(() => seedTickets(lab));
afterAll(async () => {
  await lab?.stop();
  await rm(folder, { recursive: true, force: true });
});

const erase = (on: Lab, of: string, id: string, by = on.people.owner): Promise<WireReply> =>
  by.call('erase_payloads', { of, id, reason: 'They asked for it.' });
const entryTexts = async (on: Lab): Promise<string[]> =>
  (await on.backend.database.db.selectFrom('audit_entries').select('entry').orderBy('position').execute()).map(
    ({ entry }) => entry,
  );
const payloads = async (on: Lab): Promise<string> =>
  JSON.stringify(await on.backend.database.db.selectFrom('audit_payloads').selectAll().execute());

/** ANNA's ticket is read, a reply to her is planned and rejected, and one of BERT's tickets is read too. */
async function talk(on: Lab): Promise<string> {
  const { json } = await plan(on, 'reply_to_customer', { ticketId: TICKET, text: `About your ${WORDS}.` });
  const planId = String(json['planId']);
  await on.people.owner.decide('reject', planId);
  await call(on, 'get_ticket', { ticketId: TICKET });
  await call(on, 'get_ticket', { ticketId: '1843' });
  return planId;
}

/** After the erasure nothing but the records themselves, and what expires by itself, says those words. */
async function isGone(on: Lab): Promise<void> {
  const planId = await talk(on);
  expect(await payloads(on)).toContain(WORDS);
  const before = await entryTexts(on);
  const reply = await erase(on, 'customer', 'ANNA');
  expect({ status: reply.status, text: reply.text }).toEqual({ status: 200, text: reply.text });
  expect(reply.json).toMatchObject({ of: 'customer', customerId: 'ANNA', plans: 1, openPlans: 0, more: false });
  expect(await payloads(on)).not.toContain(WORDS);
  const row = await on.backend.database.db.selectFrom('plans').selectAll().where('id', '=', planId).execute();
  expect(JSON.stringify(row)).not.toContain(WORDS);
  // What was written before stays as it was, to the letter, so that the log over it still verifies.
  expect((await entryTexts(on)).slice(0, before.length)).toEqual(before);
}

describe('erasing what was kept beside entries', () => {
  test("destroys a customer's payloads, salts and plans without an effect, and no entry [audit.erasure]", () =>
    isGone(lab));

  test('leaves nothing of them in the file of the store [audit.erasure]', async () => {
    await talk(lab);
    const { db, ...database } = lab.backend.database;
    expect(database).toBeDefined();
    await erase(lab, 'customer', 'ANNA');
    await db.deleteFrom('idempotency').execute();
    await lab.backend.database.settle();
    for (const suffix of ['', '-wal']) {
      const bytes = await readFile(`${store}${suffix}`).catch(() => Buffer.alloc(0));
      expect(bytes.includes(WORDS)).toBe(false);
    }
  });

  test('leaves an entry of its own that says whom, how many and which, and no word of them [audit.erasure]', async () => {
    await talk(lab);
    const reply = await erase(lab, 'customer', 'ANNA');
    const entry = (await lab.entries()).at(-1) ?? {};
    expect(entry).toMatchObject({
      auditId: expect.any(String),
      tool: 'people.erase_payloads',
      kind: 'person',
      person: expect.stringMatching(/^p_/),
      outcome: 'succeeded',
      details: {
        of: 'customer',
        customerId: 'ANNA',
        count: reply.json['count'],
        from: expect.stringMatching(/Z$/),
        to: expect.stringMatching(/Z$/),
      },
    });
    expect(Number((entry['details'] as JsonObject)['count'])).toBeGreaterThan(2);
    expect(JSON.stringify(entry)).not.toMatch(/marzipan|They asked/);
    expect((await erase(lab, 'customer', 'ANNA')).json).toMatchObject({ count: 0, more: false });
  });

  test("a person's go by their name, those of other people's agents stay [audit.erasure]", async () => {
    await talk(lab);
    const { db } = lab.backend.database;
    const owner = await db.selectFrom('people').select('id').where('name', '=', 'owner').executeTakeFirstOrThrow();
    await enrol(lab, `bystander-${randomUUID()}`, ['owner']);
    const reply = await erase(lab, 'person', 'Owner');
    expect(reply.json).toMatchObject({ personId: owner.id });
    const left = await db
      .selectFrom('audit_payloads')
      .innerJoin('audit_entries', 'audit_entries.audit_id', 'audit_payloads.audit_id')
      .select(['owner_id', 'tool'])
      .execute();
    expect(left.filter(({ owner_id: id, tool }) => id === owner.id && tool !== 'people.erase_payloads')).toEqual([]);
  });

  test('the plan of an effect stays, and its receipt is given again [audit.erasure, repeat.receipt]', async () => {
    const planId = await approved(lab, 'reply_to_customer', { ticketId: TICKET, text: `About your ${WORDS}.` });
    const first = await commit(lab, 'reply_to_customer', planId);
    expect((await erase(lab, 'plan', planId)).json).toMatchObject({ plans: 0 });
    const again = await commit(lab, 'reply_to_customer', planId);
    expect(again.json).toEqual({ ...first.json, repeated: true });
  });

  test('an erased plan is not committed, and its page says why [audit.erasure]', async () => {
    const planId = await talk(lab);
    await erase(lab, 'plan', planId);
    expect((await commit(lab, 'reply_to_customer', planId)).json['code']).toBe('plan_expired');
    expect(await stateOf(lab, planId)).toBe('rejected');
    const page = await fetch(`${lab.backend.consoleUrl}/plans/${planId}`);
    const text = await page.text();
    expect(text).toContain('What this plan said was erased');
    expect(text).not.toMatch(/marzipan|not as it was stored/);
  });

  test.each([['owner'], ['reviewer'], ['support-lead'], ['auditor']])(
    'is for administrators: a person with the role %s is refused, and nothing goes [audit.erasure]',
    async (role) => {
      await talk(lab);
      const before = await payloads(lab);
      const person = await enrol(lab, `no-eraser-${role}`, [role]);
      const reply = await erase(lab, 'customer', 'ANNA', person);
      expect(reply.json['code']).toBe('insufficient_scope');
      const after = await payloads(lab);
      expect(after.startsWith(before.slice(0, -1))).toBe(true);
    },
  );

  test.each(['person', 'customer', 'plan', 'entry'])(
    'of a %s that is not there is not_found [audit.erasure]',
    async (of) => {
      expect((await erase(lab, of, 'nobody')).json['code']).toBe('not_found');
    },
  );

  test('a broken twin that says so and deletes nothing is caught [check.twins, audit.erasure]', async () => {
    const nothing = { count: 0, from: null, to: null, firstIndex: null, lastIndex: null };
    const broken = await startBrokenLab({
      module: 'backend-mock/src/audit/payloads-repository.ts',
      instead: () => ({ erasePayloads: () => Promise.resolve(nothing) }),
    });
    try {
      await seedTickets(broken);
      await expectCaught(() => isGone(broken));
    } finally {
      await broken.stop();
    }
  });
});
