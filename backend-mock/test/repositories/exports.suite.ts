import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { digestOfBytes } from '@narrow-deputies/signing';
import {
  eraseExpired,
  EXPORT_LIFE_MS,
  findExport,
  insertExport,
  listExports,
  takeExport,
  type StoredExport,
} from '../../src/customers/exports-repository.ts';
import { isUniqueViolation, type Database, type Tx } from '../../src/database/database.ts';
import type { Stores } from '../support/engines.ts';
import { atOnce, overlap, valueOf } from '../support/race.ts';
import { MINUTE, NOON, OWNER, REVIEWER } from '../support/rows.ts';

const CONTENT = Buffer.from('\uFEFF"companyName"\r\n"Café"\r\n');
const BASE64 = CONTENT.toString('base64');

const makeExport = (overrides: Partial<StoredExport> = {}): StoredExport => ({
  id: randomUUID(),
  planId: randomUUID(),
  clientId: 'crm-reader-export',
  ownerId: OWNER.id,
  rowCount: 1,
  digest: digestOfBytes(CONTENT),
  createdAt: NOON,
  expiresAt: NOON + EXPORT_LIFE_MS,
  fetchedAt: null,
  ...overrides,
});

export function exportsSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
  });
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => store.transaction(work);
  const insert = async (overrides: Partial<StoredExport> = {}): Promise<StoredExport> => {
    const { fetchedAt, ...file } = makeExport(overrides);
    await run((tx) => insertExport(tx, file, CONTENT));
    return { ...file, fetchedAt };
  };
  const take = (id: string, ownerId = OWNER.id, now = NOON + MINUTE): Promise<string | undefined> =>
    run((tx) => takeExport(tx, id, ownerId, now));
  const rowOf = (id: string) =>
    store.db.selectFrom('exports').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  test('a file waits for a day, and is listed for its owner alone, newest first, without its content', async () => {
    const first = await insert();
    const second = await insert({ createdAt: NOON + 1 });
    const other = await insert({ ownerId: REVIEWER.id });
    expect(first.expiresAt - first.createdAt).toBe(86_400_000);
    expect(await run((tx) => listExports(tx, OWNER.id))).toEqual([second, first]);
    expect(await run((tx) => listExports(tx, REVIEWER.id))).toEqual([other]);
    expect(await run((tx) => findExport(tx, first.id, OWNER.id))).toEqual(first);
    expect(await run((tx) => findExport(tx, first.id, REVIEWER.id))).toBeUndefined();
    expect(await run((tx) => findExport(tx, randomUUID(), OWNER.id))).toBeUndefined();
  });

  test('one plan makes one file', async () => {
    const { planId } = await insert();
    expect(await insert({ planId }).catch((error: unknown) => isUniqueViolation(error))).toBe(true);
    expect(await run((tx) => listExports(tx, OWNER.id))).toHaveLength(1);
  });

  test('a file is taken out once, and the store keeps nothing of it', async () => {
    const { id } = await insert();
    expect(await take(id)).toBe(BASE64);
    expect(await take(id)).toBeUndefined();
    expect(await rowOf(id)).toMatchObject({ content: null, fetched_at: NOON + MINUTE, fetched_by: OWNER.id });
    expect(await run((tx) => findExport(tx, id, OWNER.id))).toMatchObject({ fetchedAt: NOON + MINUTE });
  });

  test("nobody takes another's file, one whose day is over, or one that never was", async () => {
    const { id, expiresAt } = await insert();
    expect(await take(id, REVIEWER.id)).toBeUndefined();
    expect(await take(id, OWNER.id, expiresAt)).toBeUndefined();
    expect(await take(id, OWNER.id, expiresAt + MINUTE)).toBeUndefined();
    expect(await take(randomUUID())).toBeUndefined();
    expect(await rowOf(id)).toMatchObject({ content: BASE64, fetched_at: null, fetched_by: null });
    expect(await take(id, OWNER.id, expiresAt - 1)).toBe(BASE64);
  });

  test('of ten who ask at once one gets it', async () => {
    const { id } = await insert();
    const taken = await atOnce(store, 10, (tx) => takeExport(tx, id, OWNER.id, NOON));
    expect(taken.filter((content) => content !== undefined)).toEqual([BASE64]);
  });

  test('one that waited for another finds it gone, and gets it where the other failed', async () => {
    const work = (id: string) => (tx: Tx) => takeExport(tx, id, OWNER.id, NOON);
    const one = await insert();
    const both = await overlap(store, work(one.id), work(one.id));
    expect(both.map(valueOf)).toEqual([BASE64, undefined]);
    const other = await insert();
    const [, second] = await overlap(store, work(other.id), work(other.id), 'rollback');
    expect(valueOf(second)).toBe(BASE64);
  });

  test('what nobody fetched in time is erased; what waits and what was fetched stays as it is', async () => {
    const waiting = await insert({ expiresAt: NOON + 1 });
    const expired = await insert({ expiresAt: NOON });
    const fetched = await insert({ expiresAt: NOON - 1 });
    expect(await take(fetched.id, OWNER.id, NOON - MINUTE)).toBe(BASE64);
    const before = await rowOf(fetched.id);
    await run((tx) => eraseExpired(tx, NOON));
    expect(await rowOf(waiting.id)).toMatchObject({ content: BASE64 });
    expect(await rowOf(expired.id)).toMatchObject({ content: null, fetched_at: null, row_count: 1 });
    expect(await rowOf(fetched.id)).toEqual(before);
    expect(await take(expired.id, OWNER.id, NOON - 1)).toBeUndefined();
  });
}
