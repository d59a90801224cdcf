import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { verifyExport } from '../../backend-mock/src/verifier/verify-export.ts';
import { startHistory, type AuditedHistory } from '../support/audited-history.ts';

let history: AuditedHistory;
beforeAll(async () => {
  history = await startHistory();
}, 120_000);
afterAll(() => history?.stop());

test('what a person had erased is gone, and the log still holds by an earlier checkpoint [verify.payload, verify.export]', async () => {
  const kept = await history.checkpoint();
  const before = await verifyExport({ folder: await history.export(), kept });
  expect(before).toMatchObject({ ok: true, counts: { payloads: { missing: 0 } } });
  for (const planId of [history.plans.replied, history.plans.published]) {
    const { status, text } = await history.lab.people.owner.call('erase_payloads', {
      of: 'plan',
      id: planId,
      reason: 'The customer asked for it.',
    });
    expect({ status, text }).toMatchObject({ status: 200 });
  }
  const folder = await history.export();
  const verdict = await verifyExport({ folder, kept });
  expect(verdict).toMatchObject({ ok: true, counts: { released: { approval: 4, task: 1, policy: 1 } } });
  const missing = verdict.ok ? (verdict.counts.payloads?.missing ?? 0) : 0;
  expect(missing).toBeGreaterThan(4);
  const lines = (await readFile(join(folder, 'payloads.jsonl'), 'utf8')).split('\n').length - 1;
  expect(verdict).toMatchObject({ counts: { payloads: { present: lines } } });
});
