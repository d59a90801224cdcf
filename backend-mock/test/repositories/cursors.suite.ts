import { beforeEach, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { base64url, CompactEncrypt } from 'jose';
import * as z from 'zod';
import { openCursor, sealCursor, type Listing } from '../../src/common/cursors.ts';
import { Refusal } from '../../src/common/refusal.ts';
import type { Database, Tx } from '../../src/database/database.ts';
import type { Stores } from '../support/engines.ts';
import { atOnce } from '../support/race.ts';
import { MINUTE, NOON } from '../support/rows.ts';

const principal = { clientId: 'crm-reader', ownerId: 'p_owner' };
const LISTING: Listing = { principal, tool: 'search_customers', arguments: { query: 'tea' } };
const AT = { after: 'ANNA', shown: 20 };
const shape = z.strictObject({ after: z.string(), shown: z.int() });

export function cursorsSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
  });
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => store.transaction(work);
  const seal = (listing = LISTING, at: JsonObject = AT): Promise<string> =>
    run((tx) => sealCursor(tx, NOON, listing, at));
  const open = (cursor: string, listing = LISTING, now = NOON): Promise<unknown> =>
    run((tx) => openCursor(tx, now, listing, cursor, shape));
  const refusalOf = async (opening: Promise<unknown>): Promise<unknown> => {
    const error = await opening.catch((reason: unknown) => reason);
    if (!(error instanceof Refusal)) throw new Error('Nothing was refused.');
    return error.problem;
  };

  test('a cursor goes on where it was given, for a quarter of an hour, as often as one likes', async () => {
    const cursor = await seal();
    expect(await open(cursor)).toEqual(AT);
    expect(await open(cursor, LISTING, NOON + 15 * MINUTE - 1)).toEqual(AT);
  });

  test('a cursor fits its contract and says nothing, not even that two are the same', async () => {
    const [one, two] = [await seal(), await seal()];
    expect(one).not.toBe(two);
    for (const cursor of [one, two]) {
      expect(cursor).toMatch(/^[A-Za-z0-9_.-]{1,1024}$/);
      expect(Buffer.from(cursor.replaceAll('.', ''), 'base64url').toString('latin1')).not.toMatch(/ANNA|tea|shown/);
    }
  });

  test('whatever is wrong with a cursor is refused in the same words, which do not hold it', async () => {
    const good = await seal();
    const key = base64url.encode(new Uint8Array(32).fill(7));
    const forged = await new CompactEncrypt(Buffer.from(JSON.stringify({ of: 'x', until: NOON * 2, at: AT })))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(base64url.decode(key));
    const refusals = [
      open(good, { ...LISTING, principal: { ...principal, clientId: 'crm-reader-export' } }),
      open(good, { ...LISTING, principal: { ...principal, ownerId: 'p_other' } }),
      open(good, { ...LISTING, arguments: { query: 'Tea' } }),
      open(good, { ...LISTING, arguments: {} }),
      open(good, LISTING, NOON + 15 * MINUTE),
      open(await seal(LISTING, { after: 1, shown: 20 })),
      open(await seal({ ...LISTING, tool: 'list_tickets' })),
      open(forged),
      open(`${good.slice(0, -3)}AAA`),
      open(`A${good}`),
      open(good.slice(0, 40)),
      open('....'),
      open('ANNA'),
      open('x'.repeat(1024)),
    ];
    const told = await Promise.all(refusals.map(refusalOf));
    expect(new Set(told.map((problem) => JSON.stringify(problem))).size).toBe(1);
    expect(told[0]).toMatchObject({ code: 'invalid_arguments', errors: [{ pointer: '/cursor' }] });
    expect(JSON.stringify(told[0])).not.toMatch(/ANNA|Tea|JWE|decrypt/);
  });

  test('no part of a cursor can be changed', async () => {
    const good = await seal();
    for (let at = 0; at < good.length; at++) {
      const other = good[at] === 'A' ? 'B' : 'A';
      const changed = `${good.slice(0, at)}${other}${good.slice(at + 1)}`;
      // The last letter of a part may hold bits that stand for nothing.
      if (sameBytes(changed, good)) continue;
      expect(await refusalOf(open(changed))).toMatchObject({ code: 'invalid_arguments' });
    }
  });

  test('any replica goes on with what another began, and the first ones at once agree on a key', async () => {
    const location = await stores.freshLocation();
    const [one, other] = [stores.open(location), stores.open(location)];
    const [first = '', ...rest] = await atOnce(one, 5, (tx) => sealCursor(tx, NOON, LISTING, AT));
    for (const cursor of [first, ...rest]) {
      expect(await other.transaction((tx) => openCursor(tx, NOON, LISTING, cursor, shape))).toEqual(AT);
    }
    const keys = await one.db.selectFrom('settings').select('value').where('name', '=', 'cursor-key').execute();
    expect(keys).toHaveLength(1);
  });

  test('a cursor of another store is nothing here', async () => {
    const elsewhere = await stores.fresh();
    const cursor = await elsewhere.transaction((tx) => sealCursor(tx, NOON, LISTING, AT));
    expect(await refusalOf(open(cursor))).toMatchObject({ code: 'invalid_arguments' });
  });
}

const bytesOf = (cursor: string): string =>
  cursor
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('hex'))
    .join('.');
const sameBytes = (one: string, other: string): boolean => bytesOf(one) === bytesOf(other);
