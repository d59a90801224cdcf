import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ApprovalsService } from '../../backend-mock/src/approvals/approvals.service.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { draft, startLab, WirePerson, type Lab } from '../support/lab.ts';
import { pendingPlan, decisionOn, expectUndecided, expectRefused, enrol } from '../support/plans-and-people.ts';
import { entriesAbout, storedOf } from '../support/stored.ts';
import { send } from '../support/wire-client.ts';

const PLAN = '/v1/blog/plan_publish_draft';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
afterAll(() => lab?.stop());

describe('who may approve', () => {
  test('a token holder signs as a person, and is nobody [approval.person]', async () => {
    const planId = await pendingPlan(lab);
    const decision = await decisionOn(lab, planId);
    const before = await lab.entries();
    const thief = new WirePerson(lab.backend.backendUrl, lab.wire.keyid, lab.wire.key);
    for (const action of ['approve', 'list_plans', 'mint_token']) {
      const reply = await thief.call(action, decision);
      expect(reply).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
    }
    expect(await lab.entries()).toEqual(before);
    await expectUndecided(lab, planId);
  });

  test("a token holder signs in a person's name, and the signature does not verify [approval.person]", async () => {
    const planId = await pendingPlan(lab);
    const thief = new WirePerson(lab.backend.backendUrl, lab.people.owner.keyid, lab.wire.key);
    const reply = await thief.call('approve', await decisionOn(lab, planId));
    expect(reply).toMatchObject({ status: 401, json: { code: 'signature_invalid' } });
    await expectUndecided(lab, planId);
  });

  test('a grant opens nothing of people, with whatever signature [approval.person]', async () => {
    const planId = await pendingPlan(lab);
    const request = await lab.wire.operation('/people/approve', await decisionOn(lab, planId));
    expect(await send(request)).toMatchObject({ status: 401, json: { code: 'signature_invalid' } });
    await expectUndecided(lab, planId);
  });

  const byReviewer = async (on: Lab): Promise<void> => {
    const planId = await pendingPlan(on);
    const decision = await decisionOn(on, planId);
    await expectRefused(on, planId, () => on.people.reviewer.call('approve', decision), 'insufficient_scope');
  };

  test("a reviewer does not release what takes the owner's approval [approval.owner]", () => byReviewer(lab));

  test('another owner does not release what is not theirs [approval.owner]', async () => {
    const stranger = await enrol(lab, 'stranger', ['owner', 'reviewer', 'administrator']);
    const planId = await pendingPlan(lab);
    const decision = await decisionOn(lab, planId);
    await expectRefused(lab, planId, () => stranger.call('approve', decision), 'insufficient_scope');
  });

  test('a backend that asks nobody who they are is caught [check.twins, approval.owner]', async () => {
    const module = 'backend-mock/src/approvals/approval-rules.ts';
    const broken = await startBrokenLab({ module, instead: () => ({ mayDecide: () => true }) });
    try {
      await expectCaught(() => byReviewer(broken));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});

describe('what an approval is bound to', () => {
  const otherDigest = `sha-256:${'0'.repeat(64)}`;
  const withAltered = async (on: Lab, field: string): Promise<void> => {
    const planId = await pendingPlan(on);
    const decision = { ...(await decisionOn(on, planId)), [field]: otherDigest };
    await expectRefused(on, planId, () => on.people.owner.call('approve', decision), 'plan_stale');
  };

  test.each(['planDigest', 'shownDigest'])('an approval of another %s releases nothing [approval.bound]', (field) =>
    withAltered(lab, field),
  );

  test("an approval of one plan's digests does not release another plan [approval.bound]", async () => {
    const one = await pendingPlan(lab);
    const decision = await decisionOn(lab, one);
    const { json } = await lab.wire.call(PLAN, { filename: 'other.md', content: draft('Other') });
    const other = String(json['planId']);
    const moved = { ...decision, planId: other };
    await expectRefused(lab, other, () => lab.people.owner.call('approve', moved), 'plan_stale');
  });

  test('a backend that looks at no digest is caught [check.twins, approval.bound]', async () => {
    const real = ApprovalsService.prototype.decide;
    const spy = jest.spyOn(ApprovalsService.prototype, 'decide');
    spy.mockImplementation(async function (this: ApprovalsService, tx, now, body, by) {
      const plan = await tx.selectFrom('plans').selectAll().where('id', '=', body.planId).executeTakeFirstOrThrow();
      return real.call(this, tx, now, { ...body, planDigest: plan.digest, shownDigest: plan.shown_digest }, by);
    });
    try {
      await expectCaught(() => withAltered(lab, 'planDigest'));
      await expectCaught(() => withAltered(lab, 'shownDigest'));
    } finally {
      spy.mockRestore();
    }
  });

  const replayed = async (on: Lab): Promise<void> => {
    const planId = await pendingPlan(on);
    const request = on.people.owner.request('approve', await decisionOn(on, planId));
    expect((await send(request)).json['status']).toBe('released');
    const again = await send(request);
    expect(again).toMatchObject({ status: 401, json: { code: 'replayed' } });
    expect((await entriesAbout(on, planId)).at(-1)).toMatchObject({ auditId: again.json['auditId'], code: 'replayed' });
    expect((await storedOf(on, planId)).approvals).toBe(1);
  };

  test('an approval that is sent again is replayed [approval.bound, repeat.replayed]', () => replayed(lab));

  test('a backend that forgets nonces is caught [check.twins, repeat.replayed]', async () => {
    const module = 'backend-mock/src/nonces/nonces-repository.ts';
    const broken = await startBrokenLab({ module, instead: () => ({ rememberNonce: () => Promise.resolve(true) }) });
    try {
      await expectCaught(() => replayed(broken));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});
