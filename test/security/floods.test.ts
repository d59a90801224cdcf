import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { AuditService } from '../../backend-mock/src/audit/audit.service.ts';
import { RefusalCounter } from '../../backend-mock/src/audit/refusal-counter.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { burst } from '../support/burst.ts';
import { mintClient } from '../support/clients.ts';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { until } from '../support/processes.ts';
import { rowCounts } from '../support/stored.ts';
import type { WireClient, WireReply, WireRequest } from '../support/wire-client.ts';

const FLOOD = 3_000;
const AT_ONCE = 50;
/** Codes of a flood, times the minutes that it may last, and some room. */
const ROWS_MAX = 24;

const PLAN = '/v1/blog/plan_publish_draft';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
afterAll(() => lab?.stop());

const garbled = (request: WireRequest, name: string, value: string): WireRequest => ({
  ...request,
  headers: request.headers.map(([header, was]) => [header, header === name ? value : was]),
});
const without = (request: WireRequest, ...names: string[]): WireRequest => ({
  ...request,
  headers: request.headers.filter(([header]) => !names.includes(header)),
});

/** Requests that prove nothing, each in its own way wrong, and no two the same. */
async function noise(on: Lab, count: number): Promise<WireRequest[]> {
  const grant = await on.wire.grant();
  const good = (): Promise<WireRequest> => on.wire.operation('/v1/blog/list_drafts', { drafts: [] }, { grant });
  const signature = (): string => `sig=:${randomBytes(64).toString('base64')}:`;
  const person = (): WireRequest => on.people.owner.request('list_plans', {});
  const assertion = (): WireRequest =>
    on.wire.tokenRequest({ client_assertion: `${randomBytes(9).toString('hex')}.e30.x` });
  const kinds: readonly (() => Promise<WireRequest> | WireRequest)[] = [
    async () => without(await good(), 'signature', 'signature-input'),
    async () => without(await good(), 'authorization'),
    async () => garbled(await good(), 'signature', signature()),
    async () => garbled(await good(), 'authorization', `Bearer a.${randomBytes(9).toString('base64url')}.b`),
    () => garbled(person(), 'signature', signature()),
    () => assertion(),
    () => ({ ...person(), url: `${on.backend.backendUrl}/${randomBytes(9).toString('hex')}` }),
  ];
  return Promise.all(Array.from({ length: count }, async (_, index) => (kinds[index % kinds.length] ?? good)()));
}

const remaining = ({ headers }: WireReply): number =>
  Number(/"client";r=(\d+)/.exec(String(headers['ratelimit']))?.[1]);

/** Every count of noise in the store, running or closed. */
async function counted(on: Lab): Promise<{ rows: number; sum: number }> {
  const { db } = on.backend.database;
  const open = await db.selectFrom('refusal_counts').select('count').execute();
  const closed = (await on.entries()).filter((entry) => entry['kind'] === 'noise');
  const counts = [
    ...open.map(({ count }) => count),
    ...closed.map((entry) => Number((entry['details'] as JsonObject)['count'])),
  ];
  return { rows: counts.length, sum: counts.reduce((sum, count) => sum + count, 0) };
}

async function withstands(on: Lab, count: number): Promise<void> {
  const list = (): Promise<WireReply> => on.wire.call('/v1/blog/list_drafts', { drafts: [] });
  const requests = await noise(on, count);
  const first = await list();
  expect(first.status).toBe(200);
  const before = await rowCounts(on);
  const noiseBefore = await counted(on);

  const statuses = await burst(requests, AT_ONCE);
  expect([...statuses.keys()].filter((status) => ![400, 401, 404].includes(status))).toEqual([]);
  expect([...statuses.values()].reduce((sum, each) => sum + each, 0)).toBe(count);

  const after = await rowCounts(on);
  const grown = Object.entries(after).filter(([table, rows]) => rows > (before[table] ?? 0));
  expect(grown.filter(([table]) => table !== 'audit_entries')).toEqual([]);
  expect((after['audit_entries'] ?? 0) - (before['audit_entries'] ?? 0)).toBeLessThanOrEqual(ROWS_MAX);

  const good = await list();
  expect(good.status).toBe(200);
  expect(remaining(good)).toBeGreaterThanOrEqual(remaining(first) - 1);

  // None is lost either: what is not stored yet is stored within moments.
  const noiseAfter = await until('every refusal in the counts', async () => {
    const found = await counted(on);
    return found.sum - noiseBefore.sum >= count ? found : undefined;
  });
  expect(noiseAfter.sum - noiseBefore.sum).toBe(count);
  expect(noiseAfter.rows - noiseBefore.rows).toBeLessThanOrEqual(ROWS_MAX);
}

describe('a flood of requests that nobody signed', () => {
  test(
    'uses up no limit, fills no table and stops no good call [flood.noise, law.noise-counted]',
    () => withstands(lab, FLOOD),
    60_000,
  );

  test('a backend that writes an entry for each is caught [check.twins, flood.noise]', async () => {
    const audit = new AuditService(
      new (await import('../../backend-mock/src/common/settings.ts')).Settings('development'),
    );
    const { database } = lab.backend;
    const spy = jest.spyOn(RefusalCounter.prototype, 'count').mockImplementation(({ code, route }) =>
      database.transaction(async (tx) => {
        const now = await database.now(tx);
        return audit.record(tx, now, { tool: route, kind: 'noise', outcome: 'refused', code });
      }),
    );
    try {
      await expectCaught(() => withstands(lab, 60));
    } finally {
      spy.mockRestore();
    }
  });

  test('a backend that lets unsigned calls use up the limit of whom they name is caught [check.twins, flood.noise]', async () => {
    const { database } = lab.backend;
    const spy = jest.spyOn(RefusalCounter.prototype, 'count').mockImplementation(async () => {
      await database.db
        .updateTable('limits')
        .set((eb) => ({ tat: eb('tat', '+', 250) }))
        .execute();
      return '';
    });
    try {
      await expectCaught(() => withstands(lab, 60));
    } finally {
      spy.mockRestore();
      await database.db.deleteFrom('limits').execute();
    }
  });
});

const forgetLimits = (on: Lab): Promise<unknown> => on.backend.database.db.deleteFrom('limits').execute();

const revokeAll = (on: Lab): Promise<unknown> =>
  on.backend.database.db.updateTable('plans').set({ state: 'revoked' }).execute();

/** Plans that differ in a digit. */
const lookAlikes = (client: WireClient, from: number, count: number): Promise<WireReply[]> =>
  Promise.all(
    Array.from({ length: count }, (_, index) => {
      const title = `Quarterly report ${from + index}`;
      return client.call(PLAN, { filename: `report-${from + index}.md`, content: draft(title) });
    }),
  );

const codesOf = (replies: readonly WireReply[]): (string | number)[] =>
  replies.map(({ status, json }) => (status === 200 ? 200 : String(json['code'])));

const openPlans = async (on: Lab, clientId?: string): Promise<number> => {
  const rows = await on.backend.database.db
    .selectFrom('plans')
    .select('client_id')
    .where('state', 'in', ['pending_approval', 'released'])
    .execute();
  return rows.filter((row) => clientId === undefined || row.client_id === clientId).length;
};

describe('a flood of plans that look alike', () => {
  const perClient = async (on: Lab): Promise<void> => {
    const replies: WireReply[] = [];
    for (let batch = 0; batch < 10; batch++) {
      // Without the limit on calls half of the time: the allowance has to hold by itself.
      if (batch % 2 === 0) await forgetLimits(on);
      replies.push(...(await lookAlikes(on.wire, batch * 20, 20)));
    }
    expect(replies).toHaveLength(200);
    const codes = codesOf(replies);
    expect(codes.filter((code) => code === 200)).toHaveLength(10);
    expect(new Set(codes)).toEqual(new Set([200, 'too_many_plans', 'rate_limited']));
    expect(await openPlans(on, on.wire.clientId)).toBe(10);
    const ids = new Set(replies.map(({ json }) => json['auditId']).filter((id) => id !== undefined));
    const entries = (await on.entries()).filter((entry) => ids.has(entry['auditId'] ?? null));
    expect(entries).toHaveLength(190);
    expect(entries.every((entry) => entry['outcome'] === 'refused' && entry['plan'] === null)).toBe(true);
  };

  test('leaves 10 of 200 open; each of the rest is refused, with one entry [plan.allowance, law.denials-recorded]', () =>
    perClient(lab));

  test('leaves an owner 30, over all clients [plan.allowance]', async () => {
    await forgetLimits(lab);
    await revokeAll(lab);
    const others = ['two', 'three', 'four'].map((name) => mintClient(lab, `blog-publisher-${name}`));
    const clients = [lab.wire, ...(await Promise.all(others))];
    const open: [string | number, number][][] = [];
    for (const [index, client] of clients.entries()) {
      const codes = codesOf(await lookAlikes(client, 1000 * (index + 1), 14));
      open.push([200, 'too_many_plans'].map((code) => [code, codes.filter((each) => each === code).length]));
    }
    const [whole, none] = [10, 0].map((opened) => [
      [200, opened],
      ['too_many_plans', 14 - opened],
    ]);
    expect(open).toEqual([whole, whole, whole, none]);
    expect(await openPlans(lab)).toBe(30);
  });

  test('of identical ones leaves one [repeat.twin, plan.allowance]', async () => {
    await forgetLimits(lab);
    await revokeAll(lab);
    const args = { filename: 'same.md', content: draft('Same') };
    const replies = await Promise.all(Array.from({ length: 14 }, () => lab.wire.call(PLAN, args)));
    expect(new Set(replies.map(({ json }) => json['planId'])).size).toBe(1);
    expect(replies.filter(({ json }) => json['repeated'] === false)).toHaveLength(1);
    expect(await openPlans(lab)).toBe(1);
  });

  test('a backend that does not count open plans is caught [check.twins, plan.allowance]', async () => {
    const module = 'backend-mock/src/plans/plans-repository.ts';
    const instead = (): Record<string, unknown> => ({ countOpen: () => Promise.resolve({ client: 0, owner: 0 }) });
    const broken = await startBrokenLab({ module, instead });
    try {
      await expectCaught(() => perClient(broken));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});
