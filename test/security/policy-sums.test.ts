import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import * as fc from 'fast-check';
import { startLab, type Lab } from '../support/lab.ts';
import { activate } from '../support/policies.ts';
import { expectDeniedByPolicy, expectNothingTold, forget, refundsUpTo } from '../support/policy-lab.ts';
import { entriesAbout } from '../support/stored.ts';
import {
  addOrder,
  commit,
  expectCaughtIn,
  expectDenied,
  paidOf,
  plan,
  refundOf,
  seedTickets,
  stateOf,
} from '../support/tickets.ts';
import { send, type WireReply } from '../support/wire-client.ts';

const DENIED = { code: 'denied_by_policy', rules: ['daily-sum'] };
const ORDERS = ['601', '602', '603', '604', '605'] as const;

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
beforeEach(() => begin(lab));
afterAll(() => lab?.stop());

/** Five orders of 100.00 EUR, of which up to 10.00 a day may be paid back. */
async function begin(on: Lab, exceeded = 'deny'): Promise<void> {
  await seedTickets(on);
  await forget(on);
  for (const id of ORDERS) await addOrder(on, id, 'ANNA', 10_000, 'EUR');
  await activate(on, refundsUpTo(1000, 'owner', exceeded));
}

const refund = (on: Lab, amount: number, orderId: string): Promise<WireReply> =>
  plan(on, 'refund', refundOf(amount, { orderId }));
const idOf = ({ json, text }: WireReply): string => {
  if (json['status'] !== 'released') throw new Error(`No plan that is released: ${text}`);
  return String(json['planId']);
};
const paid = async (on: Lab): Promise<number> => {
  let sum = 0;
  for (const id of ORDERS) sum += await paidOf(on, id);
  return sum;
};

describe('refunds under a sum', () => {
  /** One after the other; each is paid where it still fits, and no other is. */
  const payAll = async (on: Lab, amounts: readonly number[]): Promise<void> => {
    await begin(on);
    let expected = 0;
    for (const [at, amount] of amounts.entries()) {
      const planned = await refund(on, amount, ORDERS[at % ORDERS.length] ?? '');
      const fits = expected + amount <= 1000;
      expect([amount, planned.status]).toEqual([amount, fits ? 200 : 403]);
      if (!fits) continue;
      expect((await commit(on, 'refund', idOf(planned))).status).toBe(200);
      expected += amount;
      expect(await paid(on)).toBe(expected);
    }
  };

  test('never add up to more, however they are cut [policy.sums]', async () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 2, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(amounts, (wanted) => payAll(lab, wanted)),
      { numRuns: 12 },
    );
  });

  const oneTooMany = async (on: Lab): Promise<void> => {
    const planIds = [];
    for (const id of ORDERS) planIds.push(idOf(await refund(on, 300, id)));
    for (const id of planIds.slice(0, 3)) expect((await commit(on, 'refund', id)).status).toBe(200);
    for (const id of planIds.slice(3)) {
      const denied = (): Promise<WireReply> => commit(on, 'refund', id);
      const reply = await expectDeniedByPolicy(on, DENIED, on.wireOf('ticket-handler'), denied);
      expect(reply.json).toMatchObject({ conditions: ['smaller_amount'], retryable: true });
      expectNothingTold(reply, ['daily', 'sum', 'amount:']);
      expect((await on.entries()).at(-1)).toMatchObject({
        plan: id,
        decisionInput: { arguments: { amount: 300 }, measured: { 'sum/amount:owner:86400000:commit_refund': 900 } },
      });
      expect(await stateOf(on, id)).toBe('released');
    }
    expect(await paid(on)).toBe(900);
  };

  test('that were planned while each still fitted are decided when they are committed [policy.sums, policy.binding]', () =>
    oneTooMany(lab));

  test('a backend that decides at the plan alone is caught [check.twins, policy.sums, policy.binding]', async () => {
    const module = 'backend-mock/src/pipeline/checks/decision.ts';
    type Check = { run: (call: { operation: { kind: string }; establish: (facts: object) => void }) => unknown };
    const instead = (real: Readonly<Record<string, unknown>>) => ({
      decision: (...services: unknown[]) => {
        const check = (real['decision'] as (...all: unknown[]) => Check)(...services);
        const allow = { decision: 'allow', approval: 'none', reviewerRoles: [], rules: [], reasons: {}, input: {} };
        return {
          ...check,
          run: (call: Parameters<Check['run']>[0]) =>
            call.operation.kind === 'commit'
              ? call.establish({ judgement: { taskId: null }, decision: { ...allow, risk: null } })
              : check.run(call),
        };
      },
    });
    await expectCaughtIn({ module, instead }, async (broken) => {
      await begin(broken);
      await oneTooMany(broken);
    });
  }, 30_000);

  test('are paid again when the first have left the window [policy.sums]', async () => {
    expect((await commit(lab, 'refund', idOf(await refund(lab, 1000, '601')))).status).toBe(200);
    const late = await refund(lab, 1, '602');
    expect(late.json).toMatchObject({ code: 'denied_by_policy', retryAfter: expect.any(Number) });
    await forget(lab);
    expect((await commit(lab, 'refund', idOf(await refund(lab, 1000, '602')))).status).toBe(200);
  });

  test('are not told to wait where one alone is too much [policy.sums]', async () => {
    await commit(lab, 'refund', idOf(await refund(lab, 400, '601')));
    const { json } = await refund(lab, 1001, '602');
    expect(json).toMatchObject({ code: 'denied_by_policy', retryable: false, conditions: ['smaller_amount'] });
  });
});

describe('a refund beyond a sum that a person may pass', () => {
  test('waits for whom it now needs, and everybody says so [policy.sums, policy.binding, approval.reviewers]', async () => {
    await begin(lab, 'require_approval');
    const planIds = [];
    for (const id of ORDERS.slice(0, 4)) planIds.push(idOf(await refund(lab, 300, id)));
    for (const id of planIds.slice(0, 3)) expect((await commit(lab, 'refund', id)).status).toBe(200);
    const last = String(planIds[3]);
    const reply = await expectDenied(lab, () => commit(lab, 'refund', last), 'approval_required');
    expect(reply.json['conditions']).toEqual(['approval:reviewer']);
    expect(await stateOf(lab, last)).toBe('pending_approval');

    // The person who is asked sees why: what asks now, not what once allowed.
    const { owner, reviewer } = lab.people;
    const { json } = await reviewer.call('show_plan', { planId: last });
    expect(json['plan']).toMatchObject({ approval: 'reviewer', status: 'pending_approval' });
    const address = String(reply.json['approvalUrl']);
    const url = new URL(address);
    const page = await send({ method: 'GET', url: address, headers: [['host', url.host]], body: Buffer.alloc(0) });
    expect(page.text).toContain('No more than this is paid back in a day.');
    expect(page.text).not.toContain('Small refunds are nobody');

    expect((await owner.decide('approve', last)).json['code']).toBe('insufficient_scope');
    await expectDenied(lab, () => commit(lab, 'refund', last), 'approval_required');
    expect(await paid(lab)).toBe(900);
    expect((await reviewer.decide('approve', last)).json['status']).toBe('released');
    expect((await commit(lab, 'refund', last)).status).toBe(200);
    expect(await paid(lab)).toBe(1200);
    const entry = (await entriesAbout(lab, last)).at(-1) as JsonObject;
    expect(entry).toMatchObject({ decision: 'allow', rules: ['daily-sum'], approvals: [expect.any(String)] });
    // What a person let through counts as well.
    expect((await refund(lab, 1, '605')).json['status']).toBe('pending_approval');
  });

  test('keeps waiting for that person when the window has passed [policy.binding]', async () => {
    await begin(lab, 'require_approval');
    const planIds = [idOf(await refund(lab, 600, '601')), idOf(await refund(lab, 600, '602'))] as const;
    await commit(lab, 'refund', planIds[0]);
    await expectDenied(lab, () => commit(lab, 'refund', planIds[1]), 'approval_required');
    await forget(lab);
    const reply = await expectDenied(lab, () => commit(lab, 'refund', planIds[1]), 'approval_required');
    expect(reply.json['conditions']).toEqual(['approval:reviewer']);
    expect(await paid(lab)).toBe(600);
  });
});
