import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize, digestOfJson } from '@narrow-deputies/signing';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { PLAN } from '../support/refused.ts';

const COMMIT = '/v1/blog/commit_publish_draft';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
afterAll(() => lab?.stop());

const approvedPlan = async (name: string): Promise<string> => {
  const { json } = await lab.wire.call(PLAN, { filename: `${name}.md`, content: draft(name) });
  const planId = String(json['planId']);
  expect((await lab.people.owner.decide('approve', planId)).json['status']).toBe('released');
  return planId;
};

/** As if its time had passed: the whole row as of a plan that was made earlier. One that is merely edited is no plan. */
async function endTime(planId: string): Promise<void> {
  const { db } = lab.backend.database;
  const row = await db.selectFrom('plans').select('digest_input').where('id', '=', planId).executeTakeFirstOrThrow();
  const expiresAt = Date.now() - 1;
  const covered = { ...(JSON.parse(row.digest_input) as JsonObject), expiresAt: new Date(expiresAt).toISOString() };
  await db
    .updateTable('plans')
    .set({ expires_at: expiresAt, digest_input: canonicalize(covered), digest: digestOfJson(covered) })
    .where('id', '=', planId)
    .execute();
}

const entriesSince = async (count: number): Promise<JsonObject[]> => (await lab.entries()).slice(count);

describe('what has ended', () => {
  test('an approved plan past its time is plan_expired, with one entry and no effect [plan.expiry]', async () => {
    const planId = await approvedPlan('late');
    await endTime(planId);
    const before = (await lab.entries()).length;
    const reply = await lab.wire.call(COMMIT, { planId });
    expect(reply).toMatchObject({ status: 410, json: { code: 'plan_expired', retryable: false } });
    expect(await entriesSince(before)).toMatchObject([
      { auditId: reply.json['auditId'], code: 'plan_expired', outcome: 'refused', plan: planId },
    ]);
    const { db } = lab.backend.database;
    const plan = await db.selectFrom('plans').select(['state', 'receipt']).where('id', '=', planId).executeTakeFirst();
    expect(plan).toEqual({ state: 'expired', receipt: null });
    expect(await db.selectFrom('articles').select('id').where('id', '=', 'late').execute()).toEqual([]);
  });

  test('a committed plan gives its receipt also past its time [repeat.receipt]', async () => {
    const planId = await approvedPlan('kept');
    const first = await lab.wire.call(COMMIT, { planId });
    await endTime(planId);
    expect((await lab.wire.call(COMMIT, { planId })).json).toEqual({ ...first.json, repeated: true });
  });
});
