import { expect } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfJson, generateSeed, keyThumbprint, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import { foldName } from '../../backend-mock/src/people/fold-name.ts';
import { draft, WirePerson, type Lab } from './lab.ts';
import { entriesAbout, storedOf } from './stored.ts';
import { type WireReply } from './wire-client.ts';

const PLAN = '/v1/blog/plan_publish_draft';
const COMMIT = '/v1/blog/commit_publish_draft';

let count = 0;
/** A plan that waits for its owner. Limits are no subject here. */
export async function pendingPlan(on: Lab): Promise<string> {
  await on.backend.database.db.deleteFrom('limits').execute();
  await on.backend.database.db
    .updateTable('plans')
    .set({ state: 'revoked' })
    .where('state', '!=', 'committed')
    .execute();
  count += 1;
  const { json } = await on.wire.call(PLAN, { filename: `draft-${count}.md`, content: draft(`Draft ${count}`) });
  return String(json['planId']);
}

export async function approvedPlan(on: Lab): Promise<string> {
  const planId = await pendingPlan(on);
  expect((await on.people.owner.decide('approve', planId)).json['status']).toBe('released');
  return planId;
}

export async function decisionOn(on: Lab, planId: string): Promise<JsonObject> {
  const { json } = await on.people.owner.call('show_plan', { planId });
  const plan = json['plan'] as JsonObject;
  const shownDigest = digestOfJson(plan['preview'] as JsonObject);
  return { planId, planDigest: String(plan['planDigest']), shownDigest, decision: 'approve' };
}

/** The plan still waits, nobody's decision is stored, and the agent cannot commit it. */
export async function expectUndecided(on: Lab, planId: string): Promise<void> {
  expect(await storedOf(on, planId)).toEqual({
    state: 'pending_approval',
    receipt: null,
    articles: 0,
    approvals: 0,
    effects: 0,
  });
  expect((await on.wire.call(COMMIT, { planId })).json['code']).toBe('approval_required');
}

/** A decision of somebody who is known was refused: one entry, and nothing else. */
export async function expectRefused(
  on: Lab,
  planId: string,
  decide: () => Promise<WireReply>,
  code: string,
): Promise<void> {
  const before = await entriesAbout(on, planId);
  const reply = await decide();
  expect(reply.json['code']).toBe(code);
  const after = await entriesAbout(on, planId);
  expect(after.length).toBe(before.length + 1);
  expect(after.at(-1)).toMatchObject({ auditId: reply.json['auditId'], outcome: 'refused', decision: 'deny', code });
  await expectUndecided(on, planId);
}

/** A commit on rows that somebody changed is refused with one entry, and has no effect. */
export async function expectNotCommitted(on: Lab, planId: string, codes: readonly string[]): Promise<void> {
  const before = await entriesAbout(on, planId);
  const reply = await on.wire.call(COMMIT, { planId });
  expect(codes).toContain(reply.json['code']);
  const after = await entriesAbout(on, planId);
  expect(after.length).toBe(before.length + 1);
  expect(after.at(-1)).toMatchObject({ auditId: reply.json['auditId'], tool: 'commit_publish_draft' });
  expect(await storedOf(on, planId)).toMatchObject({ receipt: null, articles: 0, effects: 0 });
}

/** One more person with a key of their own, as if they had been enrolled. */
export async function enrol(on: Lab, name: string, roles: readonly string[]): Promise<WirePerson> {
  const key = privateKeyFromSeed(generateSeed());
  const jwk = publicJwk(key);
  const { db } = on.backend.database;
  const id = `p_${name}`;
  const person = { id, name, roles: JSON.stringify(roles), state: 'active', created_at: 1 } as const;
  await db
    .insertInto('people')
    .values({ ...person, folded_name: foldName(name) })
    .execute();
  const keyid = keyThumbprint(jwk);
  await db
    .insertInto('person_keys')
    .values({ keyid, person_id: id, public_x: jwk.x, assurance: 'simulated', state: 'active', created_at: 1 })
    .execute();
  return new WirePerson(on.backend.backendUrl, keyid, key);
}
