import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { digestOfJson } from '@narrow-deputies/signing';
import type { JsonObject } from '@narrow-deputies/contracts';
import { clientsOf, commitExport, exportsOf, planExport, seedCustomers } from '../support/customers.ts';
import { draft, startLab, type Lab, type WirePerson } from '../support/lab.ts';
import { activate, ALLOWING, askingFor, DENYING, policyWith } from '../support/policies.ts';
import { expectDeniedByPolicy, withoutQuotas } from '../support/policy-lab.ts';
import { storedOf } from '../support/stored.ts';
import { commit, expectCaughtIn, expectDenied, plan, seedTickets, stateOf, TICKET } from '../support/tickets.ts';
import type { WireReply } from '../support/wire-client.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
beforeEach(() => seedTickets(lab));
afterAll(() => lab?.stop());

/** The ticket waits for the customer: a plan under one policy. */
async function planned(on: Lab, policy: string): Promise<string> {
  await activate(on, policy);
  const { json, text } = await plan(on, 'update_ticket', { ticketId: TICKET, status: 'pending' });
  if (typeof json['planId'] !== 'string') throw new Error(`No plan: ${text}`);
  return json['planId'];
}

const statusOf = async (on: Lab): Promise<string> =>
  (
    await on.backend.database.db
      .selectFrom('tickets')
      .select('status')
      .where('id', '=', TICKET)
      .executeTakeFirstOrThrow()
  ).status;
const approvalsOf = (on: Lab, planId: string): Promise<unknown[]> =>
  on.backend.database.db.selectFrom('approvals').select('id').where('plan_id', '=', planId).execute();

const DENIED = { code: 'denied_by_policy', rules: ['no-commits'] };

describe('a plan that is committed under another policy than it was made under', () => {
  const underDenying = async (on: Lab, before: string): Promise<void> => {
    const planId = await planned(on, before);
    if (before !== ALLOWING) await on.people.owner.decide('approve', planId);
    await activate(on, DENYING);
    const reply = await expectDeniedByPolicy(on, DENIED, on.wireOf('ticket-handler'), () =>
      commit(on, 'update_ticket', planId),
    );
    expect(reply.json['retryable']).toBe(false);
    expect([await stateOf(on, planId), await statusOf(on)]).toEqual(['released', 'open']);
    // The denial ends nothing: under a policy that allows it the same plan is as good as before.
    await activate(on, before);
    expect((await commit(on, 'update_ticket', planId)).status).toBe(200);
    expect(await statusOf(on)).toBe('pending');
  };

  test('is denied where that denies, released by policy or by a person [policy.binding]', async () => {
    await underDenying(lab, ALLOWING);
    await seedTickets(lab);
    await underDenying(lab, askingFor('owner'));
  });

  test('waits for whom that asks for [policy.binding]', async () => {
    const planId = await planned(lab, ALLOWING);
    expect(await stateOf(lab, planId)).toBe('released');
    await activate(lab, askingFor('owner'));
    await expectDenied(lab, () => commit(lab, 'update_ticket', planId), 'approval_required');
    await lab.people.owner.decide('approve', planId);
    await activate(lab, askingFor('two_reviewers'));
    await expectDenied(lab, () => commit(lab, 'update_ticket', planId), 'approval_required');
    await lab.people.reviewer.decide('approve', planId);
    const reply = await expectDenied(lab, () => commit(lab, 'update_ticket', planId), 'approval_required');
    expect(reply.json['conditions']).toEqual(['approval:two_reviewers']);
    expect([await stateOf(lab, planId), await statusOf(lab)]).toEqual(['pending_approval', 'open']);
  });

  test('is not released by one that asks for less [policy.binding]', async () => {
    const planId = await planned(lab, askingFor('owner'));
    await activate(lab, ALLOWING);
    await expectDenied(lab, () => commit(lab, 'update_ticket', planId), 'approval_required');
    expect([await stateOf(lab, planId), await statusOf(lab)]).toEqual(['pending_approval', 'open']);
    await lab.people.owner.decide('approve', planId);
    await releasedByNobody(lab, planId);
  });

  /** Its release was that of a person. Where that is gone, a policy that asks nobody does not make it good. */
  const releasedByNobody = async (on: Lab, planId: string): Promise<void> => {
    await on.backend.database.db.deleteFrom('approvals').execute();
    await expectDenied(on, () => commit(on, 'update_ticket', planId), 'approval_required');
    expect(await statusOf(on)).toBe('open');
  };

  test('a backend that takes the last word for the only one is caught [check.twins, policy.binding]', async () => {
    const module = 'backend-mock/src/policy/decision.ts';
    const instead = () => ({ stricter: (last: unknown) => last });
    await expectCaughtIn({ module, instead }, async (broken) => {
      const planId = await planned(broken, askingFor('owner'));
      await broken.people.owner.decide('approve', planId);
      await activate(broken, ALLOWING);
      await releasedByNobody(broken, planId);
    });
  }, 30_000);
});

describe('a commit is judged by what its plan was asked for', () => {
  const NOT_CLOSED = policyWith(`  - id: updates
    effect: allow
    when: { tools: [commit_update_ticket] }
  - id: nothing-is-closed
    effect: deny
    when: { tools: [commit_update_ticket], arguments: [{ pointer: /status, enum: [pending] }] }
  - id: no-long-notes
    effect: deny
    when: { tools: [commit_update_ticket], arguments: [{ pointer: /note, min_length: 20 }] }
`);
  const unlike = async (on: Lab, args: JsonObject, rule: string): Promise<void> => {
    await activate(on, ALLOWING);
    const { json } = await plan(on, 'update_ticket', { ticketId: TICKET, ...args });
    const planId = String(json['planId']);
    await activate(on, NOT_CLOSED);
    const denied = { code: 'denied_by_policy', rules: [rule] };
    const client = on.wireOf('ticket-handler');
    await expectDeniedByPolicy(on, denied, client, () => commit(on, 'update_ticket', planId));
    await expectDeniedByPolicy(on, denied, client, () => plan(on, 'update_ticket', { ticketId: TICKET, ...args }));
    expect(await statusOf(on)).toBe('open');
  };

  test.each<[string, JsonObject, string]>([
    ['a step', { status: 'pending' }, 'nothing-is-closed'],
    ['the length of a text', { note: 'More than twenty characters.' }, 'no-long-notes'],
  ])('by %s among others [policy.binding]', (_what, args, rule) => unlike(lab, args, rule));

  test('a backend that judges it by what the plan happens to keep is caught [check.twins, policy.binding]', async () => {
    const module = 'backend-mock/src/plans/plan-integrity.ts';
    const askedFor = ({ arguments: kept }: { arguments: JsonObject }): JsonObject => kept;
    await expectCaughtIn({ module, instead: () => ({ askedFor }) }, (broken) =>
      unlike(broken, { status: 'pending' }, 'nothing-is-closed'),
    );
  }, 30_000);
});

describe('a person who applies a plan', () => {
  async function apply(person: WirePerson, planId: string): Promise<WireReply> {
    const { json } = await person.call('show_plan', { planId });
    const shown = json['plan'] as JsonObject;
    return person.call('approve_and_apply', {
      planId,
      planDigest: String(shown['planDigest']),
      shownDigest: digestOfJson(shown['preview'] as JsonObject),
      decision: 'approve',
    });
  }

  /** Nothing came of it, their approval included, and one entry says why. */
  async function expectNotApplied(planId: string, code: string, about: JsonObject): Promise<void> {
    const before = (await lab.entries()).length;
    const reply = await apply(lab.people.owner, planId);
    expect(reply.json['code']).toBe(code);
    expect([await stateOf(lab, planId), await statusOf(lab), await approvalsOf(lab, planId)]).toEqual([
      'pending_approval',
      'open',
      [],
    ]);
    expect((await lab.entries()).slice(before).filter(({ tool }) => tool === 'people.approve_and_apply')).toMatchObject(
      [{ auditId: reply.json['auditId'], plan: planId, outcome: 'refused', decision: 'deny', code, ...about }],
    );
  }

  test('does not get past a policy that denies it now, and the entry says why [policy.binding, person.apply]', async () => {
    const planId = await planned(lab, askingFor('owner'));
    await activate(lab, DENYING);
    await expectNotApplied(planId, 'denied_by_policy', {
      rules: ['no-commits'],
      person: expect.stringMatching(/^p_/) as never,
      details: {
        commit: {
          decisionInput: { tool: 'commit_update_ticket', arguments: { ticketId: TICKET, status: 'pending' } },
          risk: { score: 0, parts: [] },
        },
      },
    });
    await activate(lab, askingFor('owner'));
    expect((await apply(lab.people.owner, planId)).status).toBe(200);
    expect(await statusOf(lab)).toBe('pending');
  });

  test('does not stand in for those whom policy asks for now [policy.binding, person.apply]', async () => {
    const planId = await planned(lab, askingFor('owner'));
    await activate(lab, askingFor('reviewer'));
    await expectNotApplied(planId, 'approval_required', {});
    const { json } = await lab.people.reviewer.call('show_plan', { planId });
    expect(json['plan']).toMatchObject({ approval: 'reviewer' });
    expect((await apply(lab.people.reviewer, planId)).status).toBe(200);
    expect(await statusOf(lab)).toBe('pending');
  });
});

describe('whatever a policy says', () => {
  /** As nobody could activate it: everything is allowed, by a rule for all and one for each. */
  const EVERYTHING = policyWith(`  - id: everything
    effect: allow
    when: {}
  - id: what-ships
    effect: allow
    when: { ships: true }
  - id: by-name
    effect: allow
    when: { tools: [commit_publish_draft, commit_reply_to_customer, commit_export_customers], task: unbound }
`);

  const publication = async (on: Lab): Promise<void> => {
    await activate(on, EVERYTHING);
    await withoutQuotas(on);
    const { json } = await on.wire.call('/v1/blog/plan_publish_draft', { filename: 'a.md', content: draft('A') });
    expect(json['status']).toBe('pending_approval');
    const planId = String(json['planId']);
    const reply = await on.wire.call('/v1/blog/commit_publish_draft', { planId });
    expect(reply.json['code']).toBe('approval_required');
    expect(await storedOf(on, planId)).toMatchObject({ state: 'pending_approval', articles: 0, effects: 0 });
    const entry = (await on.entries()).at(-1);
    expect(entry).toMatchObject({ auditId: reply.json['auditId'], outcome: 'pending', rules: ['law'] });
  };

  test('a publication waits for a person [policy.floor]', () => publication(lab));

  test('a reply to a customer waits for a person [policy.floor]', async () => {
    await activate(lab, EVERYTHING);
    const { json } = await plan(lab, 'reply_to_customer', { ticketId: TICKET, text: 'Dear Anna.' });
    expect(json['status']).toBe('pending_approval');
    const reply = await expectDenied(
      lab,
      () => commit(lab, 'reply_to_customer', String(json['planId'])),
      'approval_required',
    );
    expect(reply.json['conditions']).toEqual(['approval:owner']);
  });

  test('an export waits for a person [policy.floor]', async () => {
    await seedCustomers(lab);
    await clientsOf(lab);
    await activate(lab, EVERYTHING);
    const { json } = await planExport(lab, { orderedSince: '1990-01-01' }, ['customerId']);
    expect(json['status']).toBe('pending_approval');
    expect((await commitExport(lab, String(json['planId']))).json['code']).toBe('approval_required');
    expect(await exportsOf(lab)).toEqual([]);
  });

  test('a backend that forgets that floor is caught [check.twins, policy.floor]', async () => {
    const module = 'backend-mock/src/policy/catalogue.ts';
    type Catalogue = ReadonlyMap<string, object>;
    const instead = (real: Readonly<Record<string, unknown>>) => ({
      catalogueOf: (operations: unknown): Catalogue =>
        new Map(
          [...(real['catalogueOf'] as (all: unknown) => Catalogue)(operations)].map(([name, facts]) => [
            name,
            { ...facts, leastApproval: 'none' },
          ]),
        ),
    });
    await expectCaughtIn({ module, instead }, publication);
  }, 30_000);
});
