import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import {
  clientsOf,
  expectCaughtIn,
  expectDenied,
  expire,
  exportsOf,
  fetchAs,
  fileIn,
  pointersOf,
  sealedExport,
  seedCustomers,
  told,
  type Store,
} from '../support/customers.ts';
import { startLab, WirePerson, type Lab } from '../support/lab.ts';
import { enrol } from '../support/plans-and-people.ts';
import { send, type WireReply } from '../support/wire-client.ts';

const UK = { country: 'UK' };
const REPOSITORY = 'backend-mock/src/customers/exports-repository.ts';

let lab: Lab;
/** Somebody else, who may do whatever a person may. */
let stranger: WirePerson;
beforeAll(async () => {
  lab = await startLab();
  stranger = await enrol(lab, 'stranger', ['owner', 'administrator', 'reviewer']);
}, 60_000);
beforeEach(() => seedCustomers(lab));
afterAll(() => lab?.stop());

const seal = (on: Lab = lab): Promise<string> => sealedExport(on, UK, ['companyName', 'email']);
const states = async (person: WirePerson): Promise<unknown> =>
  ((await person.call('list_exports', {})).json['exports'] as JsonObject[]).map(({ exportId, state }) => [
    exportId,
    state,
  ]);

describe('a sealed file', () => {
  const isFetchedOnce = async (on: Lab): Promise<void> => {
    const exportId = await seal(on);
    const [file] = await exportsOf(on);
    const before = (await on.entries()).length;
    const reply = await fetchAs(on.people.owner, exportId);
    expect(reply.json).toEqual({ exportId, rowCount: 2, digest: file?.digest, content: file?.content });
    expect(fileIn(reply)).toContain('"Bert & Sons","somebody@bert.example"\r\n');
    const [fetched] = await exportsOf(on);
    expect(fetched).toEqual({ ...file, content: null, fetched_at: expect.any(Number), fetched_by: file?.owner_id });
    expect((await on.entries()).slice(before)).toMatchObject([
      { tool: 'people.fetch_export', outcome: 'succeeded', details: { exportId, rowCount: 2, digest: file?.digest } },
    ]);
    const again = await expectDenied(on, () => fetchAs(on.people.owner, exportId), 'not_found');
    const at = new Date(Number(fetched?.fetched_at)).toISOString();
    expect(again.json['detail']).toContain(`This export was fetched on ${at} and erased`);
  };

  test('is handed to its person once, and erased in the same step; asked again, they are told when [crm.export, law.record-before-effect]', () =>
    isFetchedOnce(lab));

  test('a backend that keeps what it handed out is caught [check.twins, crm.export]', async () => {
    const takeExport = async (tx: Store, id: string): Promise<unknown> =>
      (await tx.selectFrom('exports').select('content').where('id', '=', id).executeTakeFirst())?.content ?? undefined;
    await expectCaughtIn({ module: REPOSITORY, instead: () => ({ takeExport }) }, isFetchedOnce);
  }, 30_000);

  test('that was handed out is nowhere in what is kept of it [crm.export]', async () => {
    const exportId = await seal();
    const { json } = await fetchAs(lab.people.owner, exportId);
    const { db } = lab.backend.database;
    const kept = [
      await db.selectFrom('person_acts').selectAll().execute(),
      await db.selectFrom('audit_payloads').selectAll().execute(),
      await lab.entries(),
    ];
    const text = JSON.stringify(kept);
    expect(text.includes(exportId)).toBe(true);
    expect(text.includes(String(json['content'])) || text.includes('Bert')).toBe(false);
  });

  test('that was fetched with a request that is sent again is not handed out again [crm.export, repeat.replayed]', async () => {
    const request = lab.people.owner.request('fetch_export', { exportId: await seal() });
    expect((await send(request)).status).toBe(200);
    expect((await send(request)).json['code']).toBe('replayed');
  });

  test('is listed for its person with its state, without its content [crm.export, people.cli]', async () => {
    const [one, two, three] = [
      await seal(),
      await sealedExport(lab, UK, ['city']),
      await sealedExport(lab, UK, ['email']),
    ];
    await fetchAs(lab.people.owner, two);
    await expire(lab, three);
    expect(new Map((await states(lab.people.owner)) as [string, string][])).toEqual(
      new Map([
        [one, 'waiting'],
        [two, 'fetched'],
        [three, 'expired'],
      ]),
    );
    const { json } = await lab.people.owner.call('list_exports', {});
    const listed = (json['exports'] as JsonObject[]).find(({ exportId }) => exportId === one);
    expect(listed).toEqual({
      exportId: one,
      planId: expect.any(String),
      rowCount: 2,
      digest: expect.stringMatching(/^sha-256:[0-9a-f]{64}$/),
      state: 'waiting',
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
    });
    expect(await states(stranger)).toEqual([]);
  });
});

describe('what does not wait for whoever asks', () => {
  const strip = ({ text, json }: WireReply): string => text.replace(String(json['auditId']), '');

  const isNotThere = async (on: Lab): Promise<void> => {
    const other = on === lab ? stranger : await enrol(on, 'stranger', ['owner', 'administrator']);
    const exportId = await seal(on);
    const replies = [
      await expectDenied(on, () => fetchAs(other, exportId), 'not_found'),
      await expectDenied(on, () => fetchAs(other, randomUUID()), 'not_found'),
      await expectDenied(on, () => fetchAs(on.people.owner, randomUUID()), 'not_found'),
    ];
    const mine = await fetchAs(on.people.owner, exportId);
    expect(mine.status).toBe(200);
    // To anybody else it is no more there than before: not even that it was fetched is said.
    replies.push(await expectDenied(on, () => fetchAs(other, exportId), 'not_found'));
    const expired = await seal(on);
    await expire(on, expired);
    replies.push(await expectDenied(on, () => fetchAs(on.people.owner, expired), 'not_found'));
    expect(new Set(replies.map(strip)).size).toBe(1);
    expect(new Set(replies.map((reply) => JSON.stringify(told(reply)))).size).toBe(1);
    expect(replies[0]?.json['detail']).toMatch(/exports list/);
  };

  test("is answered byte for byte alike: another's file, one whose day is over, one that never was [crm.export, isolation.absent]", () =>
    isNotThere(lab));

  test('a backend that hands files to whoever asks is caught [check.twins, crm.export]', async () => {
    const findExport = async (tx: Store, id: string): Promise<unknown> => {
      const row = await tx.selectFrom('exports').selectAll().where('id', '=', id).executeTakeFirst();
      return row && { rowCount: row.row_count, digest: row.digest, fetchedAt: row.fetched_at };
    };
    const takeExport = async (tx: Store, id: string): Promise<unknown> =>
      (await tx.selectFrom('exports').select('content').where('id', '=', id).executeTakeFirst())?.content ?? undefined;
    await expectCaughtIn({ module: REPOSITORY, instead: () => ({ findExport, takeExport }) }, isNotThere);
  }, 30_000);

  test('a file that is erased already and not fetched is as one whose day is over [crm.export]', async () => {
    const exportId = await seal();
    await lab.backend.database.db.updateTable('exports').set({ content: null }).where('id', '=', exportId).execute();
    await expectDenied(lab, () => fetchAs(lab.people.owner, exportId), 'not_found');
  });

  test('a person with neither role is refused, before anything is looked up [crm.export, isolation.absent]', async () => {
    const exportId = await seal();
    const there = await expectDenied(lab, () => fetchAs(lab.people.reviewer, exportId), 'insufficient_scope');
    const nowhere = await expectDenied(lab, () => fetchAs(lab.people.reviewer, randomUUID()), 'insufficient_scope');
    expect(told(there)).toEqual(told(nowhere));
    const list = (): Promise<WireReply> => lab.people.reviewer.call('list_exports', {});
    await expectDenied(lab, list, 'insufficient_scope');
  });

  test('an agent gets no file, with its grant or with its key in the place of a person’s [crm.export, approval.person]', async () => {
    const exportId = await seal();
    const { exporter } = await clientsOf(lab);
    expect((await exporter.call('/people/fetch_export', { exportId })).json['code']).toBe('signature_invalid');
    const thief = new WirePerson(lab.backend.backendUrl, exporter.keyid, exporter.key);
    expect((await fetchAs(thief, exportId)).json['code']).toBe('unauthenticated');
    const [file] = await exportsOf(lab);
    expect(file).toMatchObject({ id: exportId, content: expect.any(String), fetched_at: null });
  });

  test.each<[string, JsonObject]>([
    ['no name', {}],
    ['a name that is none', { exportId: 'latest' }],
    ['a wildcard', { exportId: '%' }],
    ['another path', { exportId: '../exports' }],
  ])('%s is refused at its place [wire.arguments, crm.export]', async (_what, args) => {
    const reply = await expectDenied(lab, () => lab.people.owner.call('fetch_export', args), 'invalid_arguments');
    expect(pointersOf(reply)).toEqual(['/exportId']);
  });
});

describe.each(['sqlite', 'postgres'] as const)('two who fetch at the same time, on %s', (engine) => {
  let server: PostgresServer | undefined;
  let racing: Lab;
  beforeAll(async () => {
    server = engine === 'postgres' ? await startPostgres() : undefined;
    const databaseUrl = await server?.createDatabase();
    racing = await startLab(databaseUrl === undefined ? {} : { databaseUrl });
    await seedCustomers(racing);
  }, 60_000);
  afterAll(async () => {
    await racing?.stop();
    await server?.stop();
  }, 60_000);

  test('one gets the file, and the other is told that it was fetched [crm.export]', async () => {
    for (let round = 0; round < 5; round++) {
      const exportId = await sealedExport(racing, UK, ['companyName', 'city'].slice(round % 2));
      const replies = await Promise.all(Array.from({ length: 4 }, () => fetchAs(racing.people.owner, exportId)));
      expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404, 404, 404]);
      for (const { status, json } of replies) {
        if (status === 404) expect(json['detail']).toMatch(/^This export was fetched on /);
      }
      const fetched = (await racing.entries()).filter(
        ({ tool, outcome, details }) =>
          tool === 'people.fetch_export' && outcome === 'succeeded' && (details as JsonObject)['exportId'] === exportId,
      );
      expect(fetched).toHaveLength(1);
    }
  });
});
