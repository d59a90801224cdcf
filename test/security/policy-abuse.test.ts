import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { mintWith } from '../support/clients.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { activate, policyWith } from '../support/policies.ts';
import {
  entriesOf,
  expectNothingTold,
  forget,
  LOOKUP,
  PACK,
  timePasses,
  withoutQuotas,
} from '../support/policy-lab.ts';
import { seedRecords } from '../support/valid-calls.ts';
import type { WireClient, WireReply } from '../support/wire-client.ts';

const factor = (measure: string, from: number): string => `  - id: ${measure}
    abuse: true
    measure: ${measure}
    within: 10m
    bands: [{ from: ${from}, score: 60 }]
`;
/** `here` weighs something and is no sign of abuse. */
const PACKS = {
  [PACK]: `version: 1
domain: signs
factors:
  - { id: here, score: 9 }
${factor('denials', 4)}${factor('repeats', 6)}${factor('sequence', 4)}`,
};
const WATCHFUL = policyWith('').replace('rules:', `risk: { packs: [${PACK}], suspend_at: 50 }\nrules:`);

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
  await begin(lab);
}, 60_000);
beforeEach(async () => {
  await forget(lab);
  await lab.backend.database.db.deleteFrom('suspensions').execute();
});
afterAll(() => lab?.stop());

async function begin(on: Lab): Promise<void> {
  await seedRecords(on);
  await activate(on, WATCHFUL, PACKS);
}

const clientWith = (on: Lab, scopes: readonly string[] = LOOKUP.scopes): Promise<WireClient> =>
  mintWith(on, `crm-reader-${randomUUID().slice(0, 8)}`, LOOKUP.agent, scopes);

type Call = (client: WireClient, at: number) => Promise<WireReply>;
const GET = '/v1/crm/get_customer';
const get: Call = (client, at) => client.call(GET, { customerId: `C${1001 + at * 3}` });
const report: Call = (client) =>
  client.call('/v1/refusals', {
    tool: 'get_customer',
    code: 'invalid_arguments',
    pointers: ['/customerId'],
    argumentsDigest: `sha-256:${'0'.repeat(64)}`,
  });

const suspensions = (on: Lab): Promise<JsonObject[]> =>
  on.backend.database.db.selectFrom('suspensions').selectAll().execute();

/** Does the same until the credential is suspended. @returns every answer. */
async function untilSuspended(on: Lab, client: WireClient, call: Call): Promise<WireReply[]> {
  const replies: WireReply[] = [];
  for (let at = 0; at < 12 && replies.at(-1)?.json['code'] !== 'suspended'; at++) {
    await withoutQuotas(on);
    replies.push(await call(client, at));
    if ((await suspensions(on)).length > 0) break;
  }
  return replies;
}

/** One stop by policy, whose signs are in one entry; nobody else is stopped, and from then on every call is refused. */
async function expectStopped(on: Lab, client: WireClient, last: WireReply, sign: string): Promise<string> {
  const [row, ...more] = await suspensions(on);
  expect(more).toEqual([]);
  expect(row).toMatchObject({
    kind: 'token',
    target: client.keyid,
    suspended_by: 'policy',
    reason: `Policy saw signs of abuse: ${sign}.`,
    resumed_at: null,
  });
  const entries = await entriesOf(on, last);
  expect(entries).toMatchObject([
    { client: client.clientId, outcome: 'refused', details: { signs: [sign], suspensionId: row?.['id'] } },
  ]);
  await withoutQuotas(on);
  const before = (await on.entries()).length;
  const reply = await get(client, 0);
  expect(reply.json['code']).toBe('suspended');
  expectNothingTold(reply, ['sign', 'denial', 'repeat', 'sequence', 'policy']);
  expect((await on.entries()).slice(before).filter(({ kind }) => kind !== 'grant')).toMatchObject([
    { auditId: reply.json['auditId'], code: 'suspended', outcome: 'refused', rules: ['check:suspension'] },
  ]);
  return String(row?.['id']);
}

describe('a burst of denials', () => {
  const sources: readonly (readonly [string, readonly string[], string, Call])[] = [
    ['scopes that it has not', ['crm:search_customers'], 'insufficient_scope', get],
    ['arguments that are none', LOOKUP.scopes, 'invalid_arguments', (client) => client.call(GET, { customerId: 5 })],
    [
      'records that are not there',
      LOOKUP.scopes,
      'not_found',
      (client, at) => client.call(GET, { customerId: `NO${at * 7}` }),
    ],
  ];

  const burst = async (on: Lab, scopes: readonly string[], code: string, call: Call): Promise<void> => {
    const client = await clientWith(on, scopes);
    const replies = await untilSuspended(on, client, call);
    const last = replies.at(-1) as WireReply;
    // Policy sees the burst at the next call, whether it or a check before it refuses that one.
    expect(replies.slice(0, 4).map(({ json }) => json['code'])).toEqual([code, code, code, code]);
    expect(replies).toHaveLength(5);
    await expectStopped(on, client, last, 'signs/denials');
  };

  test.each(sources)(
    'for %s suspends its credential, and no other [policy.abuse]',
    async (_what, scopes, code, call) => {
      const other = await clientWith(lab);
      await burst(lab, scopes, code, call);
      expect((await get(other, 1)).status).toBe(200);
    },
  );

  test('that its own server refused suspends it [policy.abuse]', async () => {
    const client = await clientWith(lab);
    const replies = await untilSuspended(lab, client, report);
    expect(replies.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    await expectStopped(lab, client, replies.at(-1) as WireReply, 'signs/denials');
  });

  test('that goes on stays one stop, which every entry names [policy.abuse]', async () => {
    const client = await clientWith(lab);
    await untilSuspended(lab, client, report);
    const [row] = await suspensions(lab);
    for (let call = 0; call < 5; call++) {
      const entries = await entriesOf(lab, await report(client, call));
      expect(entries).toMatchObject([{ details: { suspensionId: row?.['id'] } }]);
    }
    expect(await suspensions(lab)).toEqual([row]);
  });

  test('that is over is none [policy.abuse]', async () => {
    const client = await clientWith(lab);
    for (let call = 0; call < 4; call++) await report(client, call);
    await timePasses(lab, 600_000);
    expect((await get(client, 1)).status).toBe(200);
    expect(await suspensions(lab)).toEqual([]);
  });

  test('a backend that looks only at what policy decides is caught [check.twins, policy.abuse]', async () => {
    const module = 'backend-mock/src/policy/abuse-watch.ts';
    const AbuseWatch = class {
      look = (): Promise<undefined> => Promise.resolve(undefined);
    };
    const broken = await startBrokenLab({ module, instead: () => ({ AbuseWatch }) });
    try {
      await begin(broken);
      await expectCaught(() => burst(broken, ['crm:search_customers'], 'insufficient_scope', get));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});

describe('calls that are each allowed', () => {
  test('and ask for one record after the other suspend their credential [policy.abuse]', async () => {
    const client = await clientWith(lab);
    const replies = await untilSuspended(lab, client, (who, at) => who.call(GET, { customerId: `C${1020 + at}` }));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 403]);
    expect(replies.at(-1)?.json['code']).toBe('suspended');
    await expectStopped(lab, client, replies.at(-1) as WireReply, 'signs/sequence');
  });

  test('and are the same again and again suspend it [policy.abuse]', async () => {
    const client = await clientWith(lab);
    const replies = await untilSuspended(lab, client, (who) => get(who, 1));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 403]);
    await expectStopped(lab, client, replies.at(-1) as WireReply, 'signs/repeats');
  });

  test('and are alike only in their tool do not [policy.abuse]', async () => {
    const client = await clientWith(lab);
    for (let at = 0; at < 10; at++) expect((await get(client, at)).status).toBe(200);
    expect(await suspensions(lab)).toEqual([]);
  });
});

test('people see the stop, only an administrator ends it, and what was looked at is no sign any more [policy.abuse, stop.resume]', async () => {
  const client = await clientWith(lab);
  const last = (await untilSuspended(lab, client, report)).at(-1) as WireReply;
  const id = await expectStopped(lab, client, last, 'signs/denials');
  const { owner, reviewer } = lab.people;
  const listed = await reviewer.call('list_suspensions', {});
  expect(listed.json['suspensions']).toMatchObject([{ suspensionId: id, suspendedBy: 'policy', target: client.keyid }]);
  const wanted = { suspensionId: id, reason: 'It was a test.' };
  expect((await reviewer.call('resume', wanted)).json['code']).toBe('insufficient_scope');
  expect((await owner.call('resume', wanted)).status).toBe(200);
  expect((await get(client, 1)).status).toBe(200);
  // What comes after it is one again, and as much of it as before.
  for (let call = 0; call < 4; call++) await report(client, call);
  expect(await suspensions(lab)).toHaveLength(1);
  await report(client, 4);
  expect(await suspensions(lab)).toMatchObject([{ id, resume_reason: 'It was a test.' }, { suspended_by: 'policy' }]);
  expect((await get(client, 1)).json['code']).toBe('suspended');
});
