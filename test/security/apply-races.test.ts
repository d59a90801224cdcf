import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfJson } from '@narrow-deputies/signing';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { storedOf } from '../support/stored.ts';
import type { WireReply } from '../support/wire-client.ts';

const PLAN = '/v1/blog/plan_publish_draft';
const COMMIT = '/v1/blog/commit_publish_draft';
const ROUNDS = 12;

describe.each(['sqlite', 'postgres'] as const)(
  'a person applies a plan while its agent commits it, on %s',
  (engine) => {
    let postgres: PostgresServer | undefined;
    let lab: Lab;
    beforeAll(async () => {
      postgres = engine === 'postgres' ? await startPostgres() : undefined;
      const databaseUrl = await postgres?.createDatabase();
      lab = await startLab(databaseUrl === undefined ? {} : { databaseUrl });
    }, 120_000);
    afterAll(async () => {
      await lab?.stop();
      await postgres?.stop();
    }, 60_000);

    async function apply(planId: string): Promise<WireReply> {
      const { json } = await lab.people.owner.call('show_plan', { planId });
      const plan = json['plan'] as JsonObject;
      const shownDigest = digestOfJson(plan['preview'] as JsonObject);
      const body = { planId, planDigest: String(plan['planDigest']), shownDigest, decision: 'approve' };
      return lab.people.owner.call('approve_and_apply', body);
    }

    test('there is one effect and one receipt, whoever comes first [plan.once, repeat.receipt]', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await lab.backend.database.db.deleteFrom('limits').execute();
        const filename = `raced-${round}.md`;
        const { json } = await lab.wire.call(PLAN, { filename, content: draft(`Raced ${round}`) });
        const planId = String(json['planId']);
        const grant = await lab.wire.grant();
        const commits = [0, 1, 2].map(() => lab.wire.call(COMMIT, { planId }, { grant }));
        const [applied, ...committed] = await Promise.all([apply(planId), ...commits]);
        expect([applied.status, applied.json['code'] ?? null]).toEqual([200, null]);
        for (const { status, json: body } of committed) {
          // Before the approval it is pending; afterwards the receipt is there. Nothing else is ever said.
          expect([200, 403]).toContain(status);
          if (status === 403) expect(body['code']).toBe('approval_required');
          else expect(body).toEqual({ receipt: applied.json['receipt'], repeated: true });
        }
        const last = await lab.wire.call(COMMIT, { planId }, { grant });
        expect(last.json).toEqual({ receipt: applied.json['receipt'], repeated: true });
        expect(await storedOf(lab, planId)).toMatchObject({
          state: 'committed',
          articles: 1,
          approvals: 1,
          effects: 1,
        });
      }
    });
  },
);
