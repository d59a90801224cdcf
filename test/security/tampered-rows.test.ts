import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import {
  canonicalize,
  contentDigest,
  digestOfJson,
  PERSON_PROFILE,
  publicJwk,
  sha256Hex,
  signRequest,
} from '@narrow-deputies/signing';
import { ApprovalsService } from '../../backend-mock/src/approvals/approvals.service.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { draft, startLab, type WirePerson, type Lab } from '../support/lab.ts';
import { pendingPlan, approvedPlan, decisionOn, expectNotCommitted } from '../support/plans-and-people.ts';

const PLAN = '/v1/blog/plan_publish_draft';
const COMMIT = '/v1/blog/commit_publish_draft';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
afterAll(() => lab?.stop());

/** Whoever can write to the store, but holds nobody's key. */
interface Tampering {
  readonly what: string;
  readonly run: (on: Lab, planId: string) => Promise<unknown>;
}

const release = (on: Lab, planId: string): Promise<unknown> =>
  on.backend.database.db.updateTable('plans').set({ state: 'released' }).where('id', '=', planId).execute();

async function insertApproval(on: Lab, planId: string, evidence: unknown, keyid?: string): Promise<void> {
  const { db } = on.backend.database;
  const plan = await db.selectFrom('plans').selectAll().where('id', '=', planId).executeTakeFirstOrThrow();
  const owner = on.people.owner.keyid;
  await db
    .insertInto('approvals')
    .values({
      id: `forged-${planId}`,
      plan_id: planId,
      person_id: plan.owner_id,
      keyid: keyid ?? owner,
      decision: 'approve',
      reason: null,
      assurance: 'simulated',
      evidence: JSON.stringify(evidence),
      created_at: plan.created_at,
    })
    .execute();
  await release(on, planId);
}

/** A signed approval as the store keeps it, by any key in any key's name. */
function evidenceOf(on: Lab, decision: JsonObject, signer: Pick<WirePerson, 'keyid' | 'key'>): unknown {
  const body = canonicalize(decision);
  const targetUri = `${on.backend.backendUrl}/people/approve`;
  const headers = {
    'content-type': 'application/json',
    'content-digest': contentDigest(Buffer.from(body)),
    'idempotency-key': '"5e1a3f0e-6d3f-4b7a-9a53-6a1d6a8fd1f2"',
    traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
  };
  const created = Math.floor(Date.now() / 1000);
  const parameters = { created, expires: created + 30, nonce: 'n'.repeat(24), keyid: signer.keyid };
  const signature = signRequest(PERSON_PROFILE, { method: 'POST', targetUri, headers }, parameters, signer.key);
  return { method: 'POST', targetUri, headers: { ...headers, ...signature }, body };
}

const APPROVALS: readonly Tampering[] = [
  { what: 'the state alone', run: release },
  {
    what: 'an approval without a signature',
    run: async (on, planId) => {
      const evidence = evidenceOf(on, await decisionOn(on, planId), on.people.owner) as { headers: object };
      await insertApproval(on, planId, { ...evidence, headers: { ...evidence.headers, signature: '' } });
    },
  },
  {
    what: "an approval in the owner's name by another key",
    run: async (on, planId) => {
      const decision = await decisionOn(on, planId);
      const signer = { keyid: on.people.owner.keyid, key: on.wire.key };
      await insertApproval(on, planId, evidenceOf(on, decision, signer));
    },
  },
  {
    what: "a reviewer's true approval under the owner's name",
    run: async (on, planId) => {
      const { reviewer } = on.people;
      await insertApproval(on, planId, evidenceOf(on, await decisionOn(on, planId), reviewer), reviewer.keyid);
    },
  },
  {
    what: 'a true approval of another plan, moved here',
    run: async (on, planId) => {
      const { json } = await on.wire.call(PLAN, { filename: 'donor.md', content: draft(`Donor ${planId}`) });
      const donor = String(json['planId']);
      await on.people.owner.decide('approve', donor);
      const { db } = on.backend.database;
      await db.updateTable('approvals').set({ plan_id: planId }).where('plan_id', '=', donor).execute();
      await release(on, planId);
    },
  },
  {
    what: 'a rejection turned into an approval',
    run: async (on, planId) => {
      await on.people.owner.decide('reject', planId);
      const { db } = on.backend.database;
      await db.updateTable('approvals').set({ decision: 'approve' }).where('plan_id', '=', planId).execute();
      await release(on, planId);
    },
  },
  {
    what: "a decision that asks for nobody's approval",
    run: async (on, planId) => {
      const { db } = on.backend.database;
      const plan = await db.selectFrom('plans').selectAll().where('id', '=', planId).executeTakeFirstOrThrow();
      const decision = JSON.stringify({
        ...(JSON.parse(plan.decision) as JsonObject),
        decision: 'allow',
        approval: 'none',
      });
      await db.updateTable('plans').set({ decision, state: 'released' }).where('id', '=', planId).execute();
    },
  },
  {
    what: "another public key under the owner's key id",
    run: async (on, planId) => {
      const { keyid } = on.people.owner;
      const { db } = on.backend.database;
      const decision = await decisionOn(on, planId);
      await db
        .updateTable('person_keys')
        .set({ public_x: publicJwk(on.wire.key).x })
        .where('keyid', '=', keyid)
        .execute();
      await insertApproval(on, planId, evidenceOf(on, decision, { keyid, key: on.wire.key }));
    },
  },
];

async function withTampering(on: Lab, { run }: Tampering): Promise<void> {
  const { db } = on.backend.database;
  const keys = await db.selectFrom('person_keys').selectAll().execute();
  const planId = await pendingPlan(on);
  try {
    await run(on, planId);
    await expectNotCommitted(on, planId, ['approval_required']);
  } finally {
    for (const key of keys) await db.updateTable('person_keys').set(key).where('keyid', '=', key.keyid).execute();
  }
}

describe('rows of approvals that somebody changed by hand', () => {
  test.each(APPROVALS)('$what releases nothing: the commit verifies again [approval.reverified]', (tampering) =>
    withTampering(lab, tampering),
  );

  test('a person who was removed, or whose key was revoked, no longer releases what they approved [approval.reverified]', async () => {
    const { db } = lab.backend.database;
    const { keyid } = lab.people.owner;
    const planId = await approvedPlan(lab);
    await db.updateTable('person_keys').set({ state: 'revoked' }).where('keyid', '=', keyid).execute();
    await expectNotCommitted(lab, planId, ['approval_required']);
    await db.updateTable('person_keys').set({ state: 'active' }).where('keyid', '=', keyid).execute();
    await db.updateTable('people').set({ state: 'removed' }).where('name', '=', 'owner').execute();
    // With its owner the agent itself is out.
    await expectNotCommitted(lab, planId, ['unauthenticated']);
    await db.updateTable('people').set({ state: 'active' }).where('name', '=', 'owner').execute();
    expect((await lab.wire.call(COMMIT, { planId })).status).toBe(200);
  });

  test('a commit that believes the rows is caught, each time [check.twins, approval.reverified]', async () => {
    const spy = jest.spyOn(ApprovalsService.prototype, 'verified');
    spy.mockResolvedValue({ satisfied: true, ids: [] });
    try {
      for (const tampering of APPROVALS) await expectCaught(() => withTampering(lab, tampering));
    } finally {
      spy.mockRestore();
    }
  });
});

type PlanRow = Record<string, string | number | null>;

/** Changes to the row of a plan that its owner approved. */
const PLAN_EDITS: readonly { readonly what: string; readonly edit: (row: PlanRow) => PlanRow }[] = [
  { what: 'preview', edit: (row) => ({ preview: String(row['preview']).replace('Draft', 'Other') }) },
  {
    what: 'preview and what was shown',
    edit: (row) => {
      const preview = { ...(JSON.parse(String(row['preview'])) as JsonObject), title: 'Other' };
      return { preview: JSON.stringify(preview), shown_digest: digestOfJson(preview) };
    },
  },
  {
    what: 'arguments',
    edit: (row) => ({
      arguments: JSON.stringify({ ...(JSON.parse(String(row['arguments'])) as JsonObject), filename: 'b.md' }),
    }),
  },
  { what: 'resources', edit: () => ({ resources: '[{"id":"welcome","type":"article","version":0}]' }) },
  { what: 'expiry', edit: (row) => ({ expires_at: Number(row['expires_at']) + 86_400_000 }) },
  { what: 'digest', edit: () => ({ digest: `sha-256:${'0'.repeat(64)}` }) },
  { what: 'covered text', edit: (row) => ({ digest_input: String(row['digest_input']).replace('draft-', 'other-') }) },
  {
    what: 'expiry with every digest made to fit',
    edit: (row) => {
      const expires = Number(row['expires_at']) + 86_400_000;
      const covered = {
        ...(JSON.parse(String(row['digest_input'])) as JsonObject),
        expiresAt: new Date(expires).toISOString(),
      };
      const input = canonicalize(covered);
      return { expires_at: expires, digest_input: input, digest: `sha-256:${sha256Hex(input)}` };
    },
  },
];

async function withEditedPlan(on: Lab, edit: (row: PlanRow) => PlanRow): Promise<void> {
  const planId = await approvedPlan(on);
  const { db } = on.backend.database;
  const row = await db.selectFrom('plans').selectAll().where('id', '=', planId).executeTakeFirstOrThrow();
  await db
    .updateTable('plans')
    .set(edit({ ...row }))
    .where('id', '=', planId)
    .execute();
  await expectNotCommitted(on, planId, ['plan_stale', 'approval_required']);
}

async function withEditedContent(on: Lab, withDigest: boolean): Promise<void> {
  const planId = await approvedPlan(on);
  const { db } = on.backend.database;
  const content = draft('Something else');
  const digest = `sha-256:${sha256Hex(Buffer.from(content, 'base64'))}`;
  await db
    .updateTable('plan_contents')
    .set({ content, ...(withDigest && { digest }) })
    .where('plan_id', '=', planId)
    .execute();
  await expectNotCommitted(on, planId, ['plan_stale']);
}

describe('rows of plans that somebody changed by hand after the approval', () => {
  test.each(PLAN_EDITS)('a changed $what is not committed [approval.reverified, approval.bound]', ({ edit }) =>
    withEditedPlan(lab, edit),
  );

  test.each([false, true])(
    'changed bytes are not committed; with their digest made to fit: %s [approval.reverified, law.planned-bytes]',
    (withDigest) => withEditedContent(lab, withDigest),
  );

  test('a backend whose digests are all the same is caught [check.twins, approval.reverified]', async () => {
    const same = (): string => `sha-256:${'a'.repeat(64)}`;
    const instead = (): Record<string, unknown> => ({ digestOfJson: same, digestOfBytes: same });
    const broken = await startBrokenLab({ module: '@narrow-deputies/signing', instead });
    const edits = PLAN_EDITS.filter(({ what }) => what === 'preview' || what === 'arguments');
    try {
      for (const { edit } of edits) await expectCaught(() => withEditedPlan(broken, edit));
      await expectCaught(() => withEditedContent(broken, true));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});
