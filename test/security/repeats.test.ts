import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { send } from '../support/wire-client.ts';

const PLAN = '/v1/blog/plan_publish_draft';
const COMMIT = '/v1/blog/commit_publish_draft';

describe.each(['sqlite', 'postgres'] as const)('a call that comes again, on %s', (engine) => {
  let postgres: PostgresServer | undefined;
  let lab: Lab;
  let count = 0;

  beforeAll(async () => {
    postgres = engine === 'postgres' ? await startPostgres() : undefined;
    const databaseUrl = await postgres?.createDatabase();
    lab = await startLab(databaseUrl === undefined ? {} : { databaseUrl });
  }, 120_000);

  afterAll(async () => {
    await lab?.stop();
    await postgres?.stop();
  }, 60_000);

  const freshDraft = (): JsonObject => {
    count++;
    return { filename: `draft-${count}.md`, content: draft(`Draft ${count}`) };
  };
  const releasedPlan = async (): Promise<string> => {
    const { json } = await lab.wire.call(PLAN, freshDraft());
    const planId = String(json['planId']);
    expect((await lab.people.owner.decide('approve', planId)).json['status']).toBe('released');
    return planId;
  };

  test('the same nonce again is replayed [repeat.replayed]', async () => {
    const request = await lab.wire.operation('/v1/blog/list_drafts', { drafts: [] });
    expect((await send(request)).status).toBe(200);
    const again = await send(request);
    expect(again).toMatchObject({ status: 401, json: { code: 'replayed', retryable: false } });
    const entry = (await lab.entries()).at(-1);
    expect(entry).toMatchObject({ auditId: again.json['auditId'], code: 'replayed', outcome: 'refused' });
  });

  test('a new nonce with the same key and arguments after a success gives the stored outcome [repeat.stored]', async () => {
    const args = freshDraft();
    const idempotencyKey = randomUUID();
    const first = await lab.wire.call(PLAN, args, { idempotencyKey });
    const again = await lab.wire.call(PLAN, args, { idempotencyKey });
    expect(again.json).toEqual({ ...first.json, repeated: true });
  });

  test('the same key with other arguments is idempotency_conflict [repeat.conflict]', async () => {
    const idempotencyKey = randomUUID();
    await lab.wire.call(PLAN, freshDraft(), { idempotencyKey });
    const other = await lab.wire.call(PLAN, freshDraft(), { idempotencyKey });
    expect(other).toMatchObject({ status: 422, json: { code: 'idempotency_conflict' } });
  });

  test('the same key after a pending answer is decided afresh: only success binds it [repeat.afresh]', async () => {
    const { json } = await lab.wire.call(PLAN, freshDraft());
    const planId = String(json['planId']);
    const idempotencyKey = randomUUID();
    const pending = await lab.wire.call(COMMIT, { planId }, { idempotencyKey });
    expect(pending).toMatchObject({ status: 403, json: { code: 'approval_required', planId } });
    await lab.people.owner.decide('approve', planId);
    const committed = await lab.wire.call(COMMIT, { planId }, { idempotencyKey });
    expect(committed).toMatchObject({ status: 200, json: { repeated: false } });
  });

  test('a new key for a committed plan gives the stored receipt [repeat.receipt]', async () => {
    const planId = await releasedPlan();
    const first = await lab.wire.call(COMMIT, { planId });
    const again = await lab.wire.call(COMMIT, { planId });
    expect(again.json).toEqual({ ...first.json, repeated: true });
  });

  test('a new key for an identical open plan gives that plan [repeat.twin]', async () => {
    const args = freshDraft();
    const first = await lab.wire.call(PLAN, args);
    const again = await lab.wire.call(PLAN, args);
    expect(again.json).toEqual({ ...first.json, repeated: true });
  });

  test('ten commits of one plan at once have one effect and one receipt [plan.once, law.record-before-effect]', async () => {
    const planId = await releasedPlan();
    const requests = await Promise.all(Array.from({ length: 10 }, () => lab.wire.operation(COMMIT, { planId })));
    const replies = await Promise.all(requests.map((request) => send(request)));
    const fresh = replies.filter((reply) => reply.json['repeated'] === false);
    expect(fresh).toHaveLength(1);
    const receipts = new Set(
      replies.filter((reply) => reply.status === 200).map((reply) => JSON.stringify(reply.json['receipt'])),
    );
    expect(receipts.size).toBe(1);
    const effects = (await lab.entries()).filter(
      (entry) =>
        entry['plan'] === planId &&
        entry['tool'] === 'commit_publish_draft' &&
        entry['outcome'] === 'succeeded' &&
        entry['repeated'] === false,
    );
    expect(effects).toHaveLength(1);
  });

  test('the same key ten times at once runs once [repeat.in-flight]', async () => {
    const args = freshDraft();
    const idempotencyKey = randomUUID();
    const requests = await Promise.all(
      Array.from({ length: 10 }, () => lab.wire.operation(PLAN, args, { idempotencyKey })),
    );
    const replies = await Promise.all(requests.map((request) => send(request)));
    const codes = new Set(replies.map((reply) => reply.json['code']).filter((code) => code !== undefined));
    expect([...codes].filter((code) => code !== 'idempotency_in_flight' && code !== 'rate_limited')).toEqual([]);
    const ids = new Set(replies.filter((reply) => reply.status === 200).map((reply) => reply.json['planId']));
    expect(ids.size).toBe(1);
    expect(replies.filter((reply) => reply.json['repeated'] === false)).toHaveLength(1);
  });
});
