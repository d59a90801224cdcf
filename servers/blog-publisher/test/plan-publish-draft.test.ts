import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { DRAFT_MAX_BYTES } from '@narrow-deputies/contracts/blog';
import { planPublishDraft } from '../src/tools/plan-publish-draft.ts';
import {
  answer,
  callTool,
  expectSigned,
  grantReply,
  newBackend,
  problemReply,
  temporaryFolder,
  useMockedNetwork,
} from './support.ts';
import { PLAN_ID, publishPlan } from './answers.ts';

const BYTES = Buffer.from('---\r\ntitle: Ünïcode\n---\n\ttext \n');

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  writeFileSync(join(folder, 'first.md'), BYTES);
});
useMockedNetwork();

describe('plan_publish_draft', () => {
  test('sends the exact bytes of the file, signed, and gives the plan back', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer('/v1/blog/plan_publish_draft', [200, publishPlan]);
    const { content, isError } = await callTool(planPublishDraft(folder, newBackend()), { filename: 'first.md' });
    expect(isError).toBe(false);
    expect(content).toEqual(publishPlan);
    expect(content['planId']).toBe(PLAN_ID);
    expect(sent[0]?.body).toBe(`{"content":"${BYTES.toString('base64')}","filename":"first.md"}`);
    expectSigned(sent[0]);
  });

  test.each([
    ['../first.md'],
    ['/etc/passwd'],
    ['/etc/passwd.md'],
    ['a/../../first.md'],
    ['..\\first.md'],
    ['.hidden.md'],
    ['first.md\0.md'],
    ['first.MD'],
    ['con.md'],
    ['%2e%2e/first.md'],
    ['e\u0301.md'],
    ['a\u202Eb.md'],
    [`${'a'.repeat(300)}.md`],
    [''],
    [7],
    [null],
    [['first.md']],
  ])('refuses the filename %j before it looks at the disk or the network', async (filename) => {
    const { content, refusals } = await callTool(planPublishDraft('/nowhere', newBackend()), { filename });
    expect(content).toMatchObject({
      code: 'invalid_arguments',
      errors: expect.arrayContaining([expect.objectContaining({ pointer: '/filename' })]),
    });
    expect(refusals).toEqual([expect.objectContaining({ code: 'invalid_arguments', arguments: { filename } })]);
    if (typeof filename === 'string' && filename.length > 4) expect(JSON.stringify(content)).not.toContain(filename);
  });

  test('refuses content that the model wrote: there is no such argument [law.planned-bytes]', async () => {
    const given = { filename: 'first.md', content: 'Q29udGVudA==', title: 'Mine', body: 'text' };
    const { content } = await callTool(planPublishDraft(folder, newBackend()), given);
    expect(content).toMatchObject({ errors: [{ pointer: '/content' }, { pointer: '/title' }, { pointer: '/body' }] });
  });

  test('says where drafts are listed when there is none of that name, and no path', async () => {
    const { content, refusals } = await callTool(planPublishDraft(folder, newBackend()), { filename: 'trips/rome.md' });
    expect(content).toMatchObject({ code: 'not_found', errors: [{ pointer: '/filename' }] });
    expect(content['detail']).toContain('list_drafts');
    expect(JSON.stringify(content)).not.toContain(folder);
    expect(refusals).toHaveLength(1);
  });

  test('refuses a symbolic link, a folder and a file that is too large', async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, 'secret.md'), '---\ntitle: Secret\n---\n');
    symlinkSync(join(outside, 'secret.md'), join(folder, 'link.md'));
    symlinkSync(outside, join(folder, 'sub'));
    writeFileSync(join(folder, 'large.md'), Buffer.alloc(DRAFT_MAX_BYTES + 1, 0x20));
    const tool = planPublishDraft(folder, newBackend());
    for (const [filename, code] of [
      ['link.md', 'invalid_arguments'],
      ['sub/secret.md', 'invalid_arguments'],
      ['large.md', 'request_too_large'],
    ] as const) {
      const { content } = await callTool(tool, { filename });
      expect(content).toMatchObject({ code, errors: [{ pointer: '/filename' }] });
    }
  });

  test('refuses a draft that cannot be published and says why', async () => {
    writeFileSync(join(folder, 'bad.md'), '---\ntitle: *alias\n---\n');
    const { content } = await callTool(planPublishDraft(folder, newBackend()), { filename: 'bad.md' });
    expect(content).toMatchObject({
      code: 'invalid_arguments',
      errors: [{ pointer: '/filename', message: expect.any(String) }],
    });
  });

  test('gives a denial of the backend on and does not report it as its own', async () => {
    answer('/oauth/token', grantReply());
    answer('/v1/blog/plan_publish_draft', problemReply('denied_by_policy', { conditions: ['a reviewer'] }));
    const { content, refusals } = await callTool(planPublishDraft(folder, newBackend()), { filename: 'first.md' });
    expect(content).toMatchObject({ code: 'denied_by_policy', conditions: ['a reviewer'], auditId: 'audit-1' });
    expect(refusals).toEqual([]);
  });
});
