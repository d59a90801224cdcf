import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { mintClient } from '../support/clients.ts';
import { draft, startLab, type Lab } from '../support/lab.ts';
import type { WireClient } from '../support/wire-client.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
afterAll(() => lab?.stop());

const planOf = async (on: Lab): Promise<string> => {
  const { json } = await on.wire.call('/v1/blog/plan_publish_draft', { filename: 'a.md', content: draft('A') });
  return String(json['planId']);
};

/** The entry of a commit with an argument too many, which is refused before the plan is looked at. */
async function refused(on: Lab, client: WireClient, planId: string): Promise<JsonObject | undefined> {
  const { json } = await client.call('/v1/blog/commit_publish_draft', { planId, more: true });
  expect(json['code']).toBe('invalid_arguments');
  return (await on.entries()).find(({ auditId }) => auditId === json['auditId']);
}

async function expectNamed(on: Lab): Promise<void> {
  const planId = await planOf(on);
  expect(await refused(on, on.wire, planId)).toMatchObject({ plan: planId, details: { namedPlan: planId } });
}

describe('a commit that is refused early', () => {
  test('is logged with the plan that it named [audit.named-plan]', () => expectNamed(lab));

  test("is not found by somebody else's plan, nor by none, and says what it named [audit.named-plan]", async () => {
    const other = await mintClient(lab, 'blog-publisher-named');
    for (const planId of [await planOf(lab), randomUUID()]) {
      expect(await refused(lab, other, planId)).toMatchObject({ plan: null, details: { namedPlan: planId } });
    }
  });

  test('names no plan by what is no id [audit.named-plan]', async () => {
    const entry = await refused(lab, lab.wire, 'x'.repeat(200));
    expect(entry?.['plan']).toBeNull();
    expect(entry?.['details']).not.toHaveProperty('namedPlan');
  });

  test('a pipeline that forgets what was named is caught [check.twins, audit.named-plan]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/pipeline/named-plan.ts',
      instead: () => ({ namedPlan: () => Promise.resolve(undefined) }),
    });
    try {
      await expectCaught(() => expectNamed(broken));
    } finally {
      await broken.stop();
    }
  }, 60_000);
});
