import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mintWith } from '../support/clients.ts';
import { expectCaughtIn } from '../support/customers.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { activate, policyWith } from '../support/policies.ts';
import {
  clientOf,
  expectDeniedByPolicy,
  expectNothingTold,
  forget,
  LOOKUP,
  PACK,
  startReplica,
  timePasses,
  withoutQuotas,
} from '../support/policy-lab.ts';
import { seedRecords } from '../support/valid-calls.ts';
import { WireClient, type WireReply } from '../support/wire-client.ts';

const MINUTE = 60_000;
const DENIED = { code: 'denied_by_policy', rules: ['slow-readers'] };
const PACKS = {
  [PACK]: `version: 1
domain: test
factors:
  - id: lookup
    when: { tools: [get_customer] }
    score: 7
`,
};

/** Three look-ups in ten minutes, counted together per owner, agent, client or tool. */
const slowly = (per: string): string =>
  `${policyWith('').replace('rules:', `risk: { packs: [${PACK}] }\nrules:`)}limits:
  - id: slow-readers
    when: { tools: [get_customer] }
    per: ${per}
    window: 10m
    maximum: 3
    exceeded: deny
`;

let folder: string;
let store: string;
let lab: Lab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-velocity-'));
  store = join(folder, 'store.sqlite');
  lab = await startLab({ databaseUrl: store });
  await seedRecords(lab);
}, 60_000);
beforeEach(() => forget(lab));
afterAll(async () => {
  await lab?.stop();
  await rm(folder, { recursive: true, force: true });
});

const look = (on: Lab, client: WireClient, grant?: string): Promise<WireReply> =>
  withoutQuotas(on).then(() =>
    client.call('/v1/crm/get_customer', { customerId: 'C1001' }, grant === undefined ? {} : { grant }),
  );

async function lookThrice(on: Lab, client: WireClient): Promise<void> {
  for (let call = 0; call < 3; call++) expect((await look(on, client)).status).toBe(200);
}

describe('an agent that reads too fast', () => {
  const tooFast = async (on: Lab): Promise<void> => {
    await activate(on, slowly('owner'), PACKS);
    const client = on.wireOf('crm-reader');
    await lookThrice(on, client);
    const reply = await expectDeniedByPolicy(on, DENIED, client, () => look(on, client));
    expect(reply.json).toMatchObject({ retryable: true, conditions: ['fewer_calls'] });
    expectNothingTold(reply, ['slow', 'reader', 'test', 'lookup']);
    const entry = (await on.entries()).at(-1);
    expect(entry).toMatchObject({
      decisionInput: { measured: { 'calls:owner:600000:get_customer': 3 } },
      risk: { score: 7, parts: [{ name: 'test/lookup', score: 7 }] },
    });
  };

  test('is denied in words that help and tell nothing of the policy [policy.velocity, law.denials-recorded]', () =>
    tooFast(lab));

  test('is served again as soon as it was told, and not before [policy.velocity]', async () => {
    await activate(lab, slowly('owner'), PACKS);
    const client = lab.wireOf('crm-reader');
    await lookThrice(lab, client);
    const first = Number((await look(lab, client)).json['retryAfter']);
    expect(first).toBeGreaterThan(540);
    expect(first).toBeLessThanOrEqual(600);
    await timePasses(lab, (first - 60) * 1000);
    const second = await expectDeniedByPolicy(lab, DENIED, client, () => look(lab, client));
    const rest = Number(second.json['retryAfter']);
    expect(rest).toBeLessThanOrEqual(60);
    await timePasses(lab, rest * 1000);
    expect((await look(lab, client)).status).toBe(200);
  });

  test('is not told to wait where no waiting helps [policy.velocity]', async () => {
    const client = lab.wireOf('crm-reader');
    await activate(lab, policyWith(''));
    await look(lab, client);
    await activate(lab, slowly('owner').replace('maximum: 3', 'maximum: 0'), PACKS);
    const { json } = await expectDeniedByPolicy(lab, DENIED, client, () => look(lab, client));
    expect([json['retryable'], json['retryAfter']]).toEqual([false, undefined]);
  });

  test('uses up nothing of a tool that no limit names [policy.velocity]', async () => {
    await activate(lab, slowly('owner'), PACKS);
    const client = lab.wireOf('crm-reader');
    await lookThrice(lab, client);
    expect((await client.call('/v1/crm/search_customers', { query: 'tee' })).status).toBe(200);
  });

  test('a backend that forgets the past is caught [check.twins, policy.velocity]', async () => {
    type Query = (engine: string, question: { measure: object }) => unknown;
    const module = 'backend-mock/src/policy/history-query.ts';
    const instead = ({ valueQuery }: Readonly<Record<string, unknown>>) => ({
      valueQuery: (engine: string, { measure, ...question }: { measure: object }) =>
        (valueQuery as Query)(engine, { ...question, measure: { ...measure, window: 0 } }),
    });
    await expectCaughtIn({ module, instead }, async (broken) => {
      await seedRecords(broken);
      await tooFast(broken);
    });
  }, 30_000);
});

describe('what a limit counts', () => {
  /** Ways around it, and which limits they do lead around: what is counted apart is limited apart. */
  const ways: readonly (readonly [string, () => Promise<WireReply>, readonly string[]])[] = [
    ['a new run', async () => anew(lab.wireOf('crm-reader'), randomUUID()), []],
    ['no run', async () => anew(lab.wireOf('crm-reader')), []],
    ['a second token', async () => look(lab, await mintWith(lab, 'crm-reader', LOOKUP.agent, LOOKUP.scopes)), []],
    [
      'another client',
      async () => look(lab, await mintWith(lab, `crm-reader-${tail()}`, LOOKUP.agent, LOOKUP.scopes)),
      ['client'],
    ],
    [
      "another owner's client",
      async () => look(lab, await clientOf(lab, `ann${tail()}`, `crm-reader-${tail()}`, LOOKUP)),
      ['client', 'owner'],
    ],
    ['a restart', restarted, []],
  ];
  const tail = (): string => randomUUID().slice(0, 8);
  const anew = async (client: WireClient, run?: string): Promise<WireReply> =>
    look(lab, client, await client.grant(run === undefined ? {} : { run_id: run }));
  async function restarted(): Promise<WireReply> {
    const again = await startReplica(store);
    try {
      return await look(lab, new WireClient(again.backendUrl, lab.tokens['crm-reader'] ?? ''));
    } finally {
      await again.close();
    }
  }

  test.each(['client', 'owner', 'agent', 'tool'])(
    'per %s is not begun anew by a run, token, client, owner or restart that it does not count apart [policy.velocity, limit.lasting]',
    async (per) => {
      await activate(lab, slowly(per), PACKS);
      const client = lab.wireOf('crm-reader');
      const grant = await client.grant({ run_id: randomUUID() });
      for (let call = 0; call < 3; call++) expect((await look(lab, client, grant)).status).toBe(200);
      for (const [way, go, around] of ways) {
        const { status, json } = await go();
        expect([way, status, json['code']]).toEqual(
          around.includes(per) ? [way, 200, undefined] : [way, 403, 'denied_by_policy'],
        );
      }
      await timePasses(lab, 10 * MINUTE);
      expect((await look(lab, client)).status).toBe(200);
    },
  );
});
