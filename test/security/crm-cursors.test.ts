import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { sealCursor } from '../../backend-mock/src/common/cursors.ts';
import type { Principal } from '../../backend-mock/src/principal/principal.ts';
import {
  addCustomers,
  callAs,
  clientsOf,
  expectCaughtIn,
  expectDenied,
  makeCustomer,
  pointersOf,
  search,
  seedCustomers,
  told,
} from '../support/customers.ts';
import { startLab, type Lab } from '../support/lab.ts';
import type { WireReply } from '../support/wire-client.ts';

const QUERY = 'samovar';
const HOUR = 3_600_000;

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
  await seed(lab);
}, 60_000);
afterAll(() => lab?.stop());

async function seed(on: Lab): Promise<void> {
  await seedCustomers(on);
  await addCustomers(on, ...['A', 'B', 'C', 'D', 'E'].map((id) => makeCustomer(id, { companyName: `Samovar ${id}` })));
}

const next = async (on: Lab, args: JsonObject = {}): Promise<string> => {
  const { json } = await search(on, { query: QUERY, limit: 2, ...args });
  return String(json['nextCursor']);
};
/** A cursor as the backend makes them, of a listing and a moment that somebody else chose. */
const sealed = (on: Lab, listing: Partial<Principal> & { tool?: string; query?: string }, age = 0): Promise<string> =>
  on.backend.database.transaction(async (tx) => {
    const own = await tx
      .selectFrom('clients')
      .selectAll()
      .where('client_id', '=', 'crm-reader')
      .executeTakeFirstOrThrow();
    const { clientId = 'crm-reader', ownerId = own.owner_id, tool = 'search_customers', query = QUERY } = listing;
    const at = { after: 'B', shown: 2 };
    return sealCursor(tx, Date.now() - age, { principal: { clientId, ownerId }, tool, arguments: { query } }, at);
  });
const goOn = (on: Lab, cursor: string, query = QUERY): Promise<WireReply> => search(on, { query, limit: 2, cursor });
const idsIn = ({ json }: WireReply): unknown[] =>
  (json['customers'] as { customerId: string }[]).map(({ customerId }) => customerId);

describe('a cursor', () => {
  test('goes on where the page ended, more than once, also with a page of another size [crm.cursor, crm.search]', async () => {
    const cursor = await next(lab);
    expect(idsIn(await goOn(lab, cursor))).toEqual(['C', 'D']);
    expect(idsIn(await goOn(lab, cursor))).toEqual(['C', 'D']);
    expect(idsIn(await search(lab, { query: QUERY, limit: 3, cursor }))).toEqual(['C', 'D', 'E']);
    expect(idsIn(await search(lab, { query: QUERY, cursor }))).toEqual(['C', 'D', 'E']);
    expect(idsIn(await goOn(lab, await sealed(lab, {})))).toEqual(['C', 'D']);
  });

  test('says nothing of where it stands [crm.cursor]', async () => {
    const parts = (await next(lab)).split('.');
    expect(parts).toHaveLength(5);
    const read = parts.map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    expect(JSON.parse(read[0] ?? '')).toEqual({ alg: 'dir', enc: 'A256GCM' });
    expect(read.slice(1).join(' ')).not.toMatch(/samovar|after|shown|crm-reader/);
  });

  /** What is not this client's own cursor of this very listing. */
  const foreign: readonly (readonly [string, (on: Lab, good: string) => Promise<WireReply>])[] = [
    ['of another query', (on, good) => goOn(on, good, 'samova')],
    ['of the same query in another letter case', (on, good) => goOn(on, good, 'Samovar')],
    ['of another client', async (on) => goOn(on, await sealed(on, { clientId: 'crm-reader-export' }))],
    ['of the same client for another owner', async (on) => goOn(on, await sealed(on, { ownerId: 'p_other' }))],
    ['of another tool', async (on) => goOn(on, await sealed(on, { tool: 'list_tickets' }))],
    ['that is too old', async (on) => goOn(on, await sealed(on, {}, HOUR))],
    ['with one letter more', (on, good) => goOn(on, `${good}A`)],
    ['without its end', (on, good) => goOn(on, good.slice(0, -4))],
    ['with another end', (on, good) => goOn(on, `${good.slice(0, -4)}AAAA`)],
    ['with another head', (on, good) => goOn(on, good.replace(/^[^.]*/, 'eyJhbGciOiJub25lIn0'))],
    ['that was made up', (on) => goOn(on, 'B')],
    ['that is an id and a number', (on) => goOn(on, Buffer.from('{"after":"","shown":0}').toString('base64url'))],
    ['of a thousand letters', (on) => goOn(on, 'A'.repeat(1024))],
  ];

  test.each(foreign)('%s is refused [crm.cursor]', async (_what, make) => {
    const good = await next(lab);
    const reply = await expectDenied(lab, () => make(lab, good), 'invalid_arguments');
    expect(pointersOf(reply)).toEqual(['/cursor']);
    expect(reply.json['detail']).toMatch(/search_customers again without a cursor/);
  });

  test('is refused byte for byte in the same way, whatever is wrong with it [crm.cursor, isolation.absent]', async () => {
    const good = await next(lab);
    const replies: WireReply[] = [];
    for (const [, make] of foreign) replies.push(await make(lab, good));
    const strip = ({ text, json }: WireReply): string => text.replace(String(json['auditId']), '');
    expect(new Set(replies.map(strip)).size).toBe(1);
    expect(new Set(replies.map((reply) => JSON.stringify(told(reply)))).size).toBe(1);
  });

  const ofAnotherClient = async (on: Lab): Promise<void> => {
    await seed(on);
    const { exporter } = await clientsOf(on);
    expect(exporter.clientId).not.toBe('crm-reader');
    const cursor = await next(on);
    const args = { query: QUERY, limit: 2, cursor };
    await expectDenied(on, () => callAs(on, 'exporter', 'search_customers', args), 'invalid_arguments');
  };

  test('is of no use to another client of the same owner, with the same arguments [crm.cursor]', () =>
    ofAnotherClient(lab));

  test('a backend whose cursors belong to nobody is caught [check.twins, crm.cursor]', async () => {
    const module = 'backend-mock/src/common/cursors.ts';
    const openCursor = (_tx: unknown, _now: number, _listing: unknown, cursor: string): unknown =>
      JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const anybodys = (_tx: unknown, _now: number, _listing: unknown, at: JsonObject): string =>
      Buffer.from(JSON.stringify(at)).toString('base64url');
    await expectCaughtIn({ module, instead: () => ({ openCursor, sealCursor: anybodys }) }, ofAnotherClient);
  }, 30_000);

  test('that is no cursor at all is refused at its place [crm.cursor, wire.arguments]', async () => {
    for (const cursor of ['', 'a b', 'ä', '%00', 'A'.repeat(1025)]) {
      const reply = await expectDenied(lab, () => goOn(lab, cursor), 'invalid_arguments');
      expect(new Set(pointersOf(reply))).toEqual(new Set(['/cursor']));
    }
  });

  test('is not kept with the arguments of the call that it came with [crm.cursor]', async () => {
    const { json } = await goOn(lab, await next(lab));
    const last = await lab.backend.database.db.selectFrom('audit_payloads').select(['arguments', 'result']).execute();
    const kept = last.find(({ result }) => result?.includes(String(json['nextCursor'])));
    expect(Object.keys(JSON.parse(kept?.arguments ?? '{}') as JsonObject)).toEqual(['limit', 'query']);
  });
});
