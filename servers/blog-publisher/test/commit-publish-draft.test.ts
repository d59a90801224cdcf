import { describe, expect, test } from '@jest/globals';
import { commitPublishDraft } from '../src/tools/commit-publish-draft.ts';
import { pending, PLAN_ID, receipt } from './answers.ts';
import { answer, callTool, expectSigned, grantReply, newBackend, problemReply, useMockedNetwork } from './support.ts';

const PATH = '/v1/blog/commit_publish_draft';

useMockedNetwork();

describe('commit_publish_draft', () => {
  test('sends a plan id and nothing else, signed, and gives the receipt back', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(PATH, [200, receipt]);
    const { content, isError } = await callTool(commitPublishDraft(newBackend()), { planId: PLAN_ID });
    expect(isError).toBe(false);
    expect(content).toEqual(receipt);
    expect(sent[0]?.body).toBe(`{"planId":"${PLAN_ID}"}`);
    expectSigned(sent[0]);
  });

  test('answers that a person has to decide first, which is no error', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, problemReply('approval_required', pending));
    const { content, isError, refusals } = await callTool(commitPublishDraft(newBackend()), { planId: PLAN_ID });
    expect(isError).toBe(false);
    expect(content).toEqual({ status: 'pending_approval', ...pending });
    expect(refusals).toEqual([]);
  });

  test.each(['plan_stale', 'plan_expired', 'approval_rejected', 'plan_kind_mismatch', 'not_found'] as const)(
    'gives %s on as an error',
    async (code) => {
      answer('/oauth/token', grantReply());
      answer(PATH, problemReply(code));
      const { content, isError } = await callTool(commitPublishDraft(newBackend()), { planId: PLAN_ID });
      expect(isError).toBe(true);
      expect(content).toMatchObject({ code, auditId: 'audit-1' });
    },
  );

  test('accepts no content beside the plan id, and no other id', async () => {
    const tool = commitPublishDraft(newBackend());
    const extra = await callTool(tool, { planId: PLAN_ID, content: 'x' });
    expect(extra.content).toMatchObject({ code: 'invalid_arguments', errors: [{ pointer: '/content' }] });
    const odd = await callTool(tool, { planId: '../plans' });
    expect(odd.content).toMatchObject({ code: 'invalid_arguments', errors: [{ pointer: '/planId' }] });
    expect(odd.refusals).toHaveLength(1);
  });
});
