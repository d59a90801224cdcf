import { describe, expect, test } from '@jest/globals';
import { planUnpublishArticle } from '../src/tools/plan-unpublish-article.ts';
import { unpublishPlan } from './answers.ts';
import { answer, callTool, expectSigned, grantReply, newBackend, problemReply, useMockedNetwork } from './support.ts';

const PATH = '/v1/blog/plan_unpublish_article';

useMockedNetwork();

describe('plan_unpublish_article', () => {
  test('sends the slug, signed, and gives the plan back', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(PATH, [200, unpublishPlan]);
    const { content, isError } = await callTool(planUnpublishArticle(newBackend()), { slug: 'first' });
    expect(isError).toBe(false);
    expect(content).toEqual(unpublishPlan);
    expect(sent[0]?.body).toBe('{"slug":"first"}');
    expectSigned(sent[0]);
  });

  test('gives not_found on', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, problemReply('not_found'));
    const { content } = await callTool(planUnpublishArticle(newBackend()), { slug: 'none' });
    expect(content).toMatchObject({ code: 'not_found', auditId: 'audit-1' });
  });

  test.each(['../first', 'First', 'a--b', '-a', 'a/b', 'a.md', '', 'a'.repeat(201)])(
    'refuses the slug %j',
    async (slug) => {
      const { content } = await callTool(planUnpublishArticle(newBackend()), { slug });
      expect(content).toMatchObject({ code: 'invalid_arguments' });
      expect(JSON.stringify(content)).toContain('/slug');
    },
  );
});
