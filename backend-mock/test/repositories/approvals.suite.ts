import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { approvalsOf, insertApproval, type Approval } from '../../src/approvals/approvals-repository.ts';
import type { Database } from '../../src/database/database.ts';
import { insertPerson } from '../../src/people/people-repository.ts';
import { insertPlan } from '../../src/plans/plans-repository.ts';
import type { Stores } from '../support/engines.ts';
import { decisionOn, makeSigner, signEvidence } from '../support/evidence.ts';
import { atOnce, overlap, valueOf } from '../support/race.ts';
import { makePlan, NOON, OWNER, REVIEWER } from '../support/rows.ts';

const PLAN = makePlan();
const SIGNER = makeSigner(OWNER.id);
const makeApproval = (overrides: Partial<Approval> = {}): Approval => ({
  id: randomUUID(),
  planId: PLAN.id,
  personId: OWNER.id,
  keyid: SIGNER.key.keyid,
  decision: 'approve',
  reason: null,
  assurance: 'simulated',
  evidence: signEvidence(SIGNER, decisionOn(PLAN)),
  createdAt: NOON,
  ...overrides,
});

export function approvalsSuite(stores: Stores): void {
  let store: Database;
  const other = makePlan();
  beforeEach(async () => {
    store = await stores.fresh();
    await store.transaction(async (tx) => {
      for (const plan of [PLAN, other]) await insertPlan(tx, plan, []);
      for (const person of [OWNER, REVIEWER]) await insertPerson(tx, person, NOON);
    });
  });
  const insert = (approval: Approval): Promise<boolean> => store.transaction((tx) => insertApproval(tx, approval));
  const list = (planId = PLAN.id): Promise<Approval[]> => store.transaction((tx) => approvalsOf(tx, planId));

  test('a decision is read as it was written, in the order of the decisions', async () => {
    const first = makeApproval({ personId: REVIEWER.id, decision: 'reject', reason: 'Nein, „später“.' });
    const second = makeApproval({ createdAt: NOON + 1 });
    expect(await insert(second)).toBe(true);
    expect(await insert(first)).toBe(true);
    expect(await list()).toEqual([first, second]);
    expect(await list(other.id)).toEqual([]);
  });

  test('a person decides once on a plan, whatever they decide the second time', async () => {
    const first = makeApproval();
    expect(await insert(first)).toBe(true);
    expect(await insert(makeApproval())).toBe(false);
    expect(await insert(makeApproval({ decision: 'reject', keyid: 'another' }))).toBe(false);
    expect(await list()).toEqual([first]);
  });

  test('a person decides on each plan', async () => {
    expect(await insert(makeApproval())).toBe(true);
    expect(await insert(makeApproval({ planId: other.id }))).toBe(true);
  });

  test('of decisions of one person that race exactly one counts', async () => {
    const results = await overlap(
      store,
      (tx) => insertApproval(tx, makeApproval()),
      (tx) => insertApproval(tx, makeApproval({ decision: 'reject' })),
    );
    expect(results.map(valueOf)).toEqual([true, false]);
    const more = await atOnce(store, 6, (tx) => insertApproval(tx, makeApproval({ planId: other.id })));
    expect(more.filter(Boolean)).toHaveLength(1);
  });

  test.each([
    ['plan', { planId: randomUUID() }],
    ['person', { personId: 'p_nobody' }],
  ])('a decision of or on an unknown %s is refused by the store itself', async (_what, unknown) => {
    await expect(insert(makeApproval(unknown))).rejects.toThrow(/foreign key/i);
  });
}
