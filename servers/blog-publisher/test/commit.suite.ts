import { describe, expect, test } from '@jest/globals';
import type { Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../src/backend.ts';
import {
  answer,
  callTool,
  expectRefused,
  expectSigned,
  grantReply,
  newBackend,
  problemReply,
  useMockedNetwork,
} from './support.ts';

export interface CommitUnderTest {
  readonly create: (backend: Backend) => Tool;
  /** On the wire. */
  readonly path: string;
  readonly receipt: object;
}

const PLAN_ID = 'c3b6ad1a-5b6d-4e6e-8a0c-3d3f0f7a5e11';
const PENDING = {
  planId: PLAN_ID,
  approvalUrl: 'http://localhost:4181/plans/1',
  expiresAt: '2030-01-01T00:00:00.000Z',
};

/** What holds for every commit tool. */
export function describeCommit(name: string, { create, path, receipt }: CommitUnderTest): void {
  const commit = (given: object = { planId: PLAN_ID }) => callTool(create(newBackend()), given);

  describe(name, () => {
    useMockedNetwork();

    test('sends a plan id and nothing else, signed, and gives the receipt back [law.planned-bytes]', async () => {
      answer('/oauth/token', grantReply());
      const sent = answer(path, [200, receipt]);
      const { content, isError } = await commit();
      expect(isError).toBe(false);
      expect(content).toEqual(receipt);
      expect(sent[0]?.body).toBe(`{"planId":"${PLAN_ID}"}`);
      expectSigned(sent[0]);
    });

    test('answers that a person has to decide first, which is no error', async () => {
      answer('/oauth/token', grantReply());
      answer(path, problemReply('approval_required', PENDING));
      const { content, isError, refusals } = await commit();
      expect(isError).toBe(false);
      expect(content).toEqual({ status: 'pending_approval', ...PENDING });
      expect(refusals).toEqual([]);
    });

    test.each(['plan_stale', 'plan_expired', 'approval_rejected', 'plan_kind_mismatch', 'not_found'] as const)(
      'gives %s on as an error',
      async (code) => {
        answer('/oauth/token', grantReply());
        answer(path, problemReply(code));
        const { content, isError, refusals } = await commit();
        expect(isError).toBe(true);
        expect(content).toMatchObject({ code, auditId: 'audit-1' });
        expect(refusals).toEqual([]);
      },
    );

    test('gives nothing on that is no receipt of this tool', async () => {
      answer('/oauth/token', grantReply());
      answer(path, [200, { ...receipt, secret: 'not for a model' }]);
      const { content, isError } = await commit();
      expect(isError).toBe(true);
      expect(content).toMatchObject({ code: 'unavailable' });
      expect(JSON.stringify(content)).not.toContain('not for a model');
    });

    test('accepts no content beside the plan id, and no other id', async () => {
      const tool = create(newBackend());
      await expectRefused(tool, { planId: PLAN_ID, content: 'Other text' }, '/content');
      await expectRefused(tool, { planId: '../plans' }, '/planId');
      await expectRefused(tool, {}, '/planId');
    });
  });
}
