import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { expectRefused, LIST, NOTHING, PLAN, withHeader } from '../support/refused.ts';
import { send } from '../support/wire-client.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
afterAll(() => lab?.stop());

describe('what is not there', () => {
  test.each([
    '/v1/blog/delete_everything',
    '/v1/crm/delete_customers',
    '/v2/blog/list_drafts',
    '/people/become_owner',
    '/admin',
  ])('%s is not_found, before identity [wire.not-found, law.unclear-denied]', async (path) => {
    await expectRefused(
      { method: 'POST', url: lab.wire.backendUrl + path, headers: [], body: Buffer.alloc(0) },
      404,
      'not_found',
    );
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s on an operation is not_found [wire.not-found]', async (method) => {
    await expectRefused({ ...(await lab.wire.operation(LIST, NOTHING)), method }, 404, 'not_found');
  });

  test('another client’s plan and no plan at all are told apart by nobody [plan.foreign]', async () => {
    const planId = randomUUID();
    const problem = await expectRefused(
      await lab.wire.operation('/v1/blog/commit_publish_draft', { planId }),
      404,
      'not_found',
    );
    expect(problem['detail']).not.toContain(planId);
  });

  test('a plan is not committed by another tool [plan.kind]', async () => {
    const { json } = await lab.wire.call(PLAN, { filename: 'kind.md', content: draft('Kind') });
    const planId = String(json['planId']);
    await expectRefused(
      await lab.wire.operation('/v1/blog/commit_unpublish_article', { planId }),
      409,
      'plan_kind_mismatch',
    );
  });
});

describe('what remains of refusals', () => {
  test('refusals before a signature are counted, not written one by one [law.noise-counted]', async () => {
    const before = (await lab.entries()).length;
    const request = withHeader(await lab.wire.operation(LIST, NOTHING), 'signature', 'sig=:AAAA:');
    const replies = await Promise.all(Array.from({ length: 50 }, () => send(request)));
    const ids = new Set(replies.map((reply) => reply.json['auditId']));
    expect(ids.size).toBeLessThanOrEqual(2);
    expect((await lab.entries()).length).toBe(before);
    const listed = await lab.people.owner.call('list_audit', { limit: 1000 });
    const found = (listed.json['entries'] as JsonObject[]).filter((entry) => ids.has(entry['auditId'] ?? null));
    expect(found.length).toBe(ids.size);
  });

  test('a refusal of a known caller is one entry, and changes nothing [law.denials-recorded, wire.public-answers]', async () => {
    const before = await lab.entries();
    const reply = await lab.wire.call('/v1/blog/plan_unpublish_article', { slug: 'no-such-article' });
    const after = await lab.entries();
    expect(reply.json['code']).toBe('not_found');
    expect(after.length).toBe(before.length + 1);
    expect(after.at(-1)).toMatchObject({
      auditId: reply.json['auditId'],
      tool: 'plan_unpublish_article',
      client: 'blog-publisher',
      outcome: 'refused',
      decision: 'deny',
      code: 'not_found',
    });
  });

  test('a report of a server is recorded as its own word [law.denials-recorded]', async () => {
    const report = {
      tool: 'plan_publish_draft',
      code: 'invalid_arguments',
      pointers: ['/filename'],
      argumentsDigest: `sha-256:${'0'.repeat(64)}`,
    };
    const reply = await lab.wire.call('/v1/refusals', report);
    expect(reply.status).toBe(202);
    expect((await lab.entries()).at(-1)).toMatchObject({
      kind: 'report',
      rules: ['self-reported'],
      tool: 'plan_publish_draft',
      code: 'invalid_arguments',
    });
  });
});
