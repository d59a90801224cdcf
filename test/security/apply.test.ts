import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { generateSeed, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { PasskeyPerson } from '../support/passkey-person.ts';
import { approvedPlan, pendingPlan } from '../support/plans-and-people.ts';
import { activate, DENYING } from '../support/policies.ts';
import { entriesAbout, storedOf } from '../support/stored.ts';

const PLAN = '/v1/blog/plan_publish_draft';
const COMMIT = '/v1/blog/commit_publish_draft';

let lab: Lab;
let owner: PasskeyPerson;
beforeAll(async () => {
  lab = await startLab();
  owner = await PasskeyPerson.enrol(lab, 'owner', ['owner']);
}, 60_000);
afterAll(() => lab?.stop());
beforeEach(() => lab.backend.database.db.deleteFrom('limits').execute());

/** Refused whole: no approval, no effect, no receipt, and one entry. */
async function expectNotApplied(
  on: Lab,
  by: PasskeyPerson,
  planId: string,
  code: string,
  state: string,
): Promise<void> {
  const before = await entriesAbout(on, planId);
  const reply = await by.decide('approve_and_apply', planId);
  expect(reply.json['code']).toBe(code);
  const since = (await entriesAbout(on, planId)).slice(before.length);
  expect(since).toMatchObject([
    { auditId: reply.json['auditId'], tool: 'people.approve_and_apply', outcome: 'refused', code },
  ]);
  expect(await storedOf(on, planId)).toMatchObject({ state, approvals: 0, receipt: null, effects: 0 });
}

describe('approve and apply [person.apply]', () => {
  test('commits once, as the client, because of the approver; the agent gets the receipt later', async () => {
    const planId = await pendingPlan(lab);
    const { status, json } = await owner.decide('approve_and_apply', planId);
    expect([status, json['status']]).toEqual([200, 'committed']);
    const receipt = json['receipt'] as JsonObject;
    expect(receipt).toMatchObject({ planId, planDigest: json['planDigest'] });
    const commit = (await entriesAbout(lab, planId)).find((entry) => entry['kind'] === 'commit');
    const person = (await entriesAbout(lab, planId)).find((entry) => entry['tool'] === 'people.approve_and_apply');
    expect(commit).toMatchObject({
      auditId: receipt['auditId'],
      tool: 'commit_publish_draft',
      client: lab.wire.clientId,
      keyid: lab.wire.keyid,
      person: person?.['person'],
      approvals: person?.['approvals'],
    });
    expect(commit?.['rules']).toContain('applied-by-approver');
    const later = await lab.wire.call(COMMIT, { planId });
    expect(later).toMatchObject({ status: 200, json: { receipt, repeated: true } });
    expect(await storedOf(lab, planId)).toMatchObject({ state: 'committed', articles: 1, effects: 1, approvals: 1 });
  });

  const once = async (on: Lab, by: PasskeyPerson): Promise<void> => {
    const planId = await pendingPlan(on);
    const acts = await Promise.all([0, 1].map(() => by.decide('approve_and_apply', planId)));
    const commits = await Promise.all([0, 1, 2].map(() => on.wire.call(COMMIT, { planId })));
    expect(acts.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(commits.map(({ json }) => JSON.stringify(json['receipt']))).size).toBe(1);
    expect(await storedOf(on, planId)).toMatchObject({ articles: 1, effects: 1, approvals: 1 });
  };

  test('two at once, and the agent meanwhile: one effect, one receipt [plan.once]', () => once(lab, owner));

  test('for two reviewers it happens with the second one, and not before [person.four-eyes]', async () => {
    const [ann, bob] = [
      await PasskeyPerson.enrol(lab, 'Ann', ['reviewer']),
      await PasskeyPerson.enrol(lab, 'Bob', ['reviewer']),
    ];
    const planId = await pendingPlan(lab);
    const { db } = lab.backend.database;
    const row = await db.selectFrom('plans').select('decision').where('id', '=', planId).executeTakeFirstOrThrow();
    const decision = JSON.stringify({ ...(JSON.parse(row.decision) as JsonObject), approval: 'two_reviewers' });
    await db.updateTable('plans').set({ decision }).where('id', '=', planId).execute();
    const first = await ann.decide('approve_and_apply', planId);
    expect(first.json).toMatchObject({ status: 'pending_approval', receipt: null });
    expect(await storedOf(lab, planId)).toMatchObject({ state: 'pending_approval', approvals: 1, effects: 0 });
    const second = await bob.decide('approve_and_apply', planId);
    expect(second.json).toMatchObject({ status: 'committed', receipt: { planId } });
    expect(await storedOf(lab, planId)).toMatchObject({ state: 'committed', approvals: 2, effects: 1, articles: 1 });
  });

  const whileSuspended = async (on: Lab, by: PasskeyPerson): Promise<void> => {
    const planId = await pendingPlan(on);
    const stop = await on.people.owner.call('suspend', { kind: 'agent', target: 'publisher-agent' });
    try {
      await expectNotApplied(on, by, planId, 'suspended', 'pending_approval');
    } finally {
      const suspensionId = String(stop.json['suspensionId']);
      await on.people.owner.call('resume', { suspensionId, reason: 'the test is over' });
    }
  };

  test('not while its agent is stopped [stop.next-call]', () => whileSuspended(lab, owner));

  test('not when the world has changed since; the plan is stale [plan.bound]', async () => {
    const rival = await approvedPlan(lab);
    const { db } = lab.backend.database;
    const { arguments: args } = await db
      .selectFrom('plans')
      .select('arguments')
      .where('id', '=', rival)
      .executeTakeFirstOrThrow();
    const { filename } = JSON.parse(args) as { filename: string };
    const { json } = await lab.wire.call(PLAN, { filename, content: draft('The same name') });
    expect((await lab.wire.call(COMMIT, { planId: rival })).status).toBe(200);
    const planId = String(json['planId']);
    const before = await db.selectFrom('articles').selectAll().orderBy('id').execute();
    const reply = await owner.decide('approve_and_apply', planId);
    expect(reply.json['code']).toBe('plan_stale');
    expect(await storedOf(lab, planId)).toMatchObject({ state: 'stale', approvals: 0, receipt: null, effects: 0 });
    expect(await db.selectFrom('articles').selectAll().orderBy('id').execute()).toEqual(before);
  });

  test('not when its token was revoked or does not hold the scope any more [token.revoked]', async () => {
    const planId = await pendingPlan(lab);
    const { db } = lab.backend.database;
    const { scopes } = await db
      .selectFrom('api_tokens')
      .select('scopes')
      .where('keyid', '=', lab.wire.keyid)
      .executeTakeFirstOrThrow();
    const tokens = db.updateTable('api_tokens').where('keyid', '=', lab.wire.keyid);
    await tokens.set({ scopes: JSON.stringify(['blog:list_drafts', 'blog:plan_publish_draft']) }).execute();
    await expectNotApplied(lab, owner, planId, 'insufficient_scope', 'pending_approval');
    await tokens.set({ scopes }).execute();
    // Another token keeps the client's plans alive.
    await lab.people.owner.call('mint_token', {
      clientId: 'blog-publisher',
      publicX: publicJwk(privateKeyFromSeed(generateSeed())).x,
      agent: 'publisher-agent',
      scopes: ['blog:list_drafts'],
      owner: 'owner',
      expiresInDays: 1,
    });
    expect((await lab.people.owner.call('revoke_token', { keyid: lab.wire.keyid })).status).toBe(200);
    await expectNotApplied(lab, owner, planId, 'plan_stale', 'pending_approval');
  });

  test('not when policy denies it by then [policy.binding]', async () => {
    const strict = await startLab();
    try {
      const person = await PasskeyPerson.enrol(strict, 'owner', ['owner']);
      const planId = await pendingPlan(strict);
      await activate(strict, DENYING);
      await expectNotApplied(strict, person, planId, 'denied_by_policy', 'pending_approval');
    } finally {
      await strict.stop();
    }
  }, 30_000);

  test('a backend that does not ask whether the client was stopped is caught [check.twins, person.apply]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/suspensions/suspensions-repository.ts',
      instead: () => ({ findSuspension: () => Promise.resolve(undefined) }),
    });
    try {
      const person = await PasskeyPerson.enrol(broken, 'owner', ['owner']);
      await expectCaught(() => whileSuspended(broken, person));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});
