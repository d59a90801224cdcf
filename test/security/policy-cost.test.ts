import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PipelineChecks } from '@narrow-deputies/backend-mock';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { fewestStatements, statementsOf } from '../support/count-statements.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { activate, policyWith } from '../support/policies.ts';
import { forget, PACK, withoutQuotas } from '../support/policy-lab.ts';
import { seedRecords } from '../support/valid-calls.ts';
import type { WireClient } from '../support/wire-client.ts';

const PACKS = {
  [PACK]: `version: 1
domain: test
factors:
  - { id: denials, abuse: true, measure: denials, within: 10m, bands: [{ from: 30, score: 60 }] }
  - { id: repeats, abuse: true, measure: repeats, within: 10m, bands: [{ from: 30, score: 60 }] }
  - { id: sequence, abuse: true, measure: sequence, within: 10m, bands: [{ from: 30, score: 60 }] }
  - { id: records, measure: records, within: 24h, bands: [{ from: 5, score: 10 }] }
`,
};
/** A policy that asks for all there is to know of the past. */
const CURIOUS = `${policyWith(`  - id: after-outside-text
    effect: require_approval
    approval: owner
    when: { kinds: [commit], recent: { outside_text: true, within: 10m } }
  - id: rare-commits
    effect: require_approval
    approval: owner
    when: { kinds: [commit], cumulative_risk: { minimum: 5, within: 1h }, first_time_in: 7d }
  - id: updates
    effect: allow
    when: { tools: [commit_update_ticket] }
`).replace('rules:', `risk: { packs: [${PACK}], suspend_at: 50 }\nrules:`)}limits:
  - { id: reads, when: { kinds: [read] }, per: owner, window: 1h, maximum: 500, exceeded: deny }
  - { id: plans, when: { kinds: [plan] }, per: agent, window: 1h, maximum: 500, exceeded: deny }
  - { id: run, when: { kinds: [commit] }, max_calls_per_run: 500, exceeded: deny }
`;

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
  await begin(lab);
}, 60_000);
beforeEach(() => forget(lab));
afterAll(() => lab?.stop());

async function begin(on: Lab): Promise<void> {
  await seedRecords(on);
  await activate(on, CURIOUS, PACKS);
}

const TIMES = 5;

/** The statements of one look-up that is served. */
async function costOf(on: Lab, client: WireClient): Promise<string[]> {
  await withoutQuotas(on);
  const grant = await client.grant();
  return fewestStatements(async () => {
    const { status, text } = await client.call(GET, { customerId: 'C1001' }, { grant });
    expect({ status, text }).toEqual({ status: 200, text });
  });
}

const aboutPolicy = (statements: readonly string[]): string[] =>
  statements.filter((statement) => /from policies/.test(statement));

const GET = '/v1/crm/get_customer';

describe('deciding a call', () => {
  const oneMore = async (on: Lab, without: number): Promise<void> => {
    const client = on.wireOf('crm-reader');
    const statements = await costOf(on, client);
    expect(aboutPolicy(statements)).toHaveLength(1);
    expect(statements.length - without).toBeLessThanOrEqual(1);
  };

  /** As many statements as a read takes where nobody decides about it. */
  const undecided = async (): Promise<number> => {
    const without = (checks: PipelineChecks): PipelineChecks => ({
      ...checks,
      withEffects: checks.withEffects.filter(({ name }) => name !== 'decision'),
    });
    const open = await startBrokenLab({
      module: 'backend-mock/src/pipeline/checks.ts',
      instead: ({ createChecks }) => ({
        createChecks: (need: unknown) => without((createChecks as (need: unknown) => PipelineChecks)(need)),
      }),
    });
    try {
      await begin(open);
      const client = open.wireOf('crm-reader');
      const statements = await costOf(open, client);
      expect(aboutPolicy(statements)).toEqual([]);
      return statements.length;
    } finally {
      await open.stop();
    }
  };

  test('takes one statement, whatever the policy asks of the past [policy.cost]', async () => {
    await oneMore(lab, await undecided());
  }, 30_000);

  test('takes one for a plan and one for its commit, also just after the policy changed [policy.cost]', async () => {
    const client = lab.wireOf('ticket-handler');
    for (const policy of [CURIOUS, `${CURIOUS}# again\n`, CURIOUS]) {
      await activate(lab, policy, PACKS);
      await withoutQuotas(lab);
      const grant = await client.grant();
      await client.call('/v1/tickets/get_ticket', { ticketId: '1842' }, { grant });
      const note = { ticketId: '1842', note: `Looked at ${policy.length}.` };
      let planId = '';
      const planned = await statementsOf(async () => {
        planId = String((await client.call('/v1/tickets/plan_update_ticket', note, { grant })).json['planId']);
      });
      const committed = await statementsOf(() =>
        client.call('/v1/tickets/commit_update_ticket', { planId }, { grant }),
      );
      expect([planId.length, aboutPolicy(planned).length, aboutPolicy(committed).length]).toEqual([36, 1, 1]);
    }
  });

  test('a backend that asks once for each measure is caught [check.twins, policy.cost]', async () => {
    type Desk = new (...services: never[]) => { judge(tx: unknown, inquiry: { calls: unknown[] }): Promise<unknown> };
    const instead = ({ PolicyDesk }: Readonly<Record<string, unknown>>) => {
      class Asking extends (PolicyDesk as Desk) {
        override async judge(tx: unknown, inquiry: { calls: unknown[] }): Promise<unknown> {
          await super.judge(tx, inquiry);
          return super.judge(tx, inquiry);
        }
      }
      return { PolicyDesk: Asking };
    };
    const broken = await startBrokenLab({ module: 'backend-mock/src/policy/policy-desk.ts', instead });
    try {
      await begin(broken);
      await expectCaught(() => oneMore(broken, Number.NEGATIVE_INFINITY));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});

describe('a storm of denials', () => {
  const storm = async (on: Lab, count: number): Promise<string[]> => {
    const client = on.wireOf('crm-reader');
    const grant = await client.grant();
    const denied = (): Promise<unknown> => client.call(GET, { customerId: 5 }, { grant });
    for (let at = TIMES; at < count; at++) {
      await withoutQuotas(on);
      await denied();
    }
    await withoutQuotas(on);
    return fewestStatements(denied);
  };

  test('costs one statement each, and at most four while its credential stands suspended [policy.cost, policy.abuse]', async () => {
    const one = await storm(lab, TIMES);
    expect(aboutPolicy(one)).toHaveLength(1);
    const suspending = await storm(lab, 40);
    expect(await lab.backend.database.db.selectFrom('suspensions').select('id').execute()).toHaveLength(1);
    expect(suspending.length - one.length).toBeLessThanOrEqual(3);
  });
});
