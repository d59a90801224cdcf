import { beforeEach, expect, test } from '@jest/globals';
import { AuditService } from '../../src/audit/audit.service.ts';
import type { EntryDraft } from '../../src/audit/entry.ts';
import { followThread } from '../../src/audit/follow.ts';
import { Settings } from '../../src/common/settings.ts';
import { insertExport } from '../../src/customers/exports-repository.ts';
import type { Database } from '../../src/database/database.ts';
import { insertPerson } from '../../src/people/people-repository.ts';
import { insertPlan } from '../../src/plans/plans-repository.ts';
import { insertPolicy } from '../../src/policy/policies-repository.ts';
import { insertSuspension, resumeSuspension } from '../../src/suspensions/suspensions-repository.ts';
import type { Stores } from '../support/engines.ts';
import { makePlan, MINUTE, NOON, OWNER } from '../support/rows.ts';

const TRACE = 'ab'.repeat(16);
const DIGEST = `sha-256:0123456789ab${'0'.repeat(52)}`;
const CALL: EntryDraft = {
  tool: 'plan_export_customers',
  kind: 'plan',
  outcome: 'succeeded',
  decision: 'allow',
  client: 'crm-reader',
  keyid: 'k'.repeat(43),
  agent: 'export-agent',
  owner: OWNER.id,
  run: 'run-1',
  rules: ['reads-and-plans'],
  decisionInput: { policy: 'test@0123456789ab' },
};

interface Thread {
  readonly [fact: string]: unknown;
  readonly timeline: { tie: string; entry: { auditId: string } }[];
}

export function auditFollowSuite(stores: Stores): void {
  const audit = new AuditService(new Settings('development'));
  let store: Database;
  const plan = makePlan({
    id: '3c2b1d53-7d55-4d70-8b6c-0d9a9b3f7d11',
    state: 'committed',
    traceId: TRACE,
    runId: 'run-1',
  });
  const file = { id: 'export-1', planId: plan.id, clientId: 'crm-reader', ownerId: OWNER.id };
  const stop = { id: 'stop-1', kind: 'agent', target: 'export-agent', reason: null, suspendedBy: OWNER.id } as const;

  let minute = 0;
  const record = (auditId: string, draft: Partial<EntryDraft> = {}): Promise<string> =>
    store.transaction((tx) => audit.record(tx, NOON + MINUTE * minute++, { ...CALL, ...draft }, auditId));
  const follow = (id: string): Promise<Thread | undefined> =>
    store.transaction((tx) => followThread(tx, id)) as Promise<Thread | undefined>;
  const tiesOf = (thread: Thread | undefined): string[] =>
    (thread?.timeline ?? []).map(({ tie, entry }) => `${tie} ${entry.auditId}`);

  beforeEach(async () => {
    minute = 0;
    store = await stores.fresh();
    await store.transaction(async (tx) => {
      await insertPerson(tx, OWNER, NOON);
      await insertPlan(tx, { ...plan, createdAt: NOON }, []);
      const text = { file: 'test.yaml', policy: '', packs: {} };
      await insertPolicy(tx, 'development', {
        digest: DIGEST,
        name: 'test',
        text,
        activatedBy: OWNER.id,
        activatedAt: NOON - 1,
        auditId: 'activated',
      });
      const more = { rowCount: 1, digest: 'd', createdAt: NOON, expiresAt: NOON + MINUTE };
      await insertExport(tx, { ...file, ...more }, Buffer.from('x'));
      await insertSuspension(tx, { ...stop, suspendedAt: NOON + 5 * MINUTE });
    });
    await record('activated', { tool: 'people.activate_policy', kind: 'person', person: OWNER.id, run: null });
    await record('other', { run: 'run-1', tool: 'search_customers' });
    await record('planned', { plan: plan.id, traceId: TRACE, result: { planId: plan.id } });
    const act = {
      kind: 'person',
      person: OWNER.id,
      agent: null,
      client: null,
      keyid: 'o',
      owner: null,
      run: null,
    } as const;
    await record('approved', { ...act, tool: 'people.approve', plan: plan.id, rules: ['role'] });
    await record('committed', {
      tool: 'commit_export_customers',
      kind: 'commit',
      plan: plan.id,
      rules: ['small'],
      task: 't1',
    });
    await record('stopped', { ...act, tool: 'people.suspend', details: { suspensionId: stop.id } });
    await record('refused', { tool: 'get_customer', outcome: 'refused', decision: 'deny', code: 'suspended' });
    await store.transaction((tx) =>
      resumeSuspension(tx, stop.id, { person: OWNER.id, at: NOON + 7 * MINUTE, reason: 'fine' }),
    );
    await record('resumed', { ...act, tool: 'people.resume', details: { suspensionId: stop.id } });
    await record('fetched', { ...act, tool: 'people.fetch_export', details: { exportId: file.id } });
    await record('granted', { ...act, tool: 'people.grant_task', details: { taskId: 't1' } });
  });

  test('an effect leads back to plan, rules, policy, run, trace, task and stops, and on to what came of it', async () => {
    const thread = await follow('committed');
    expect(thread).toMatchObject({
      of: 'entry',
      plan: { planId: plan.id, state: 'committed', commitTool: plan.commitTool, owner: OWNER.id },
      approvals: [],
      rules: ['reads-and-plans', 'small'],
      policy: { version: 'test@0123456789ab', digest: DIGEST, activatedBy: OWNER.id, auditId: 'activated' },
      run: { run: 'run-1', entries: 4, denied: 1 },
      traceId: TRACE,
      suspensions: [{ suspensionId: 'stop-1', kind: 'agent', resumedBy: OWNER.id }],
    });
    expect(tiesOf(thread)).toEqual([
      'policy activated',
      'plan planned',
      'plan approved',
      'self committed',
      'suspension stopped',
      'suspension resumed',
      'export fetched',
      'task granted',
    ]);
  });

  test('a plan leads to the same as its effect', async () => {
    const thread = await follow(plan.id);
    expect(thread).toMatchObject({ of: 'plan', plan: { planId: plan.id }, rules: ['reads-and-plans', 'small'] });
    expect(tiesOf(thread)).toEqual(expect.arrayContaining(['plan planned', 'plan committed', 'export fetched']));
  });

  test('a stop leads to the calls that met it', async () => {
    const thread = await follow('stopped');
    expect(tiesOf(thread)).toEqual(
      expect.arrayContaining(['self stopped', 'suspension refused', 'suspension resumed']),
    );
  });

  test('a task leads to what was done under it', async () => {
    expect(tiesOf(await follow('granted'))).toEqual(expect.arrayContaining(['task committed', 'self granted']));
  });

  test('of much the first and the last are shown', async () => {
    for (let at = 0; at < 150; at++) await record(`poll-${at}`, { plan: plan.id, outcome: 'pending' });
    const ties = tiesOf(await follow(plan.id)).filter((tie) => tie.startsWith('plan '));
    expect(ties).toHaveLength(100);
    expect(ties[0]).toBe('plan planned');
    expect(ties.at(-1)).toBe('plan poll-149');
  });

  test('what is neither an entry nor a plan leads nowhere', async () => {
    expect(await follow('3c2b1d53-7d55-4d70-8b6c-000000000000')).toBeUndefined();
  });
}
