import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { until } from '../support/processes.ts';
import { Product } from '../support/product.ts';

interface Verdict {
  readonly ok: boolean;
  readonly entries: number;
  readonly treeSize: number;
  readonly firstBad?: number;
  readonly code?: string;
  readonly reason?: string;
  readonly counts?: JsonObject;
}

const DRAFT = 'spring-harvest.md';

let product: Product;
let planId: string;
let auditId: string;
/** Copied away before the log went on. */
let kept: string;

beforeAll(async () => {
  product = await Product.start();
  const agent = await product.connect('blog-publisher');
  planId = String((await agent.call('plan_publish_draft', { filename: DRAFT })).data['planId']);
  await agent.call('commit_publish_draft', { planId });
  await product.deputiesJson('approvals', 'approve', planId);
  const done = await agent.call('commit_publish_draft', { planId });
  auditId = String((done.data['receipt'] as JsonObject)['auditId']);
  kept = join(product.folder, 'kept');
  const copy = join(product.home, 'checkpoints', 'checkpoint');
  await until('a checkpoint outside', () =>
    cp(copy, kept).then(
      () => true,
      () => undefined,
    ),
  );
  await product.deputies('audit', 'list');
}, 120_000);
afterAll(() => product?.dispose(), 30_000);

/** A new folder's name. */
let count = 0;
const folder = (): string => join(product.folder, `export-${++count}`);

async function verify(...args: string[]): Promise<{ code: number | null; verdict: Verdict; stderr: string }> {
  const { code, stdout, stderr } = await product.deputies('audit', 'verify', ...args, '--json');
  return { code, verdict: JSON.parse(stdout) as Verdict, stderr };
}

describe('deputies audit export and verify', () => {
  test('write the log beside a running backend, and verify it from its folder alone [verify.cli, verify.export]', async () => {
    const to = folder();
    const exported = await product.deputiesJson<JsonObject>('audit', 'export', to);
    expect(exported).toMatchObject({ path: to, entries: expect.any(Number), payloads: true, key: expect.any(String) });
    expect(exported['checkpoint']).toBe(await readFile(join(to, 'checkpoint'), 'utf8'));

    const key = join(product.folder, 'key');
    await writeFile(key, `${String(exported['key'])}\n`);
    const trusted = await verify(to, '--key', key, '--checkpoint', kept);
    expect(trusted.verdict).toMatchObject({ ok: true, treeSize: exported['entries'], entries: exported['entries'] });
    expect(trusted.verdict.counts).toMatchObject({ released: { approval: 1, task: 0, policy: 0 } });
    expect(trusted.code).toBe(0);
    expect(trusted.stderr).not.toContain('ATTENTION');
    expect((await verify(to, '--key', String(exported['key']))).verdict.ok).toBe(true);

    const alone = await verify(to);
    expect(alone).toMatchObject({ code: 0, verdict: { ok: true } });
    expect(alone.stderr).toContain('ATTENTION');
    const { stdout } = await product.deputies('audit', 'verify', to);
    expect(stdout).toContain('entries hold.');
    expect(stdout).toContain('1 approved, 0 under a task, 0 by policy');
  });

  test('end with another status than 0 where anything is wrong, and say where [verify.cli]', async () => {
    const to = folder();
    await product.deputiesJson('audit', 'export', to, '--without-payloads');
    const again = await product.deputies('audit', 'export', to, '--json');
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({ error: { code: 'not_empty' } });

    const lines = (await readFile(join(to, 'evidence.jsonl'), 'utf8')).replace('"digestInput":"{', '"digestInput":" {');
    await writeFile(join(to, 'evidence.jsonl'), lines);
    const edited = await verify(to, '--checkpoint', kept);
    expect(edited.code).toBe(1);
    expect(edited.verdict).toMatchObject({ ok: false, code: 'plan_mismatch', firstBad: expect.any(Number) });
    expect(edited.verdict.reason).toContain(`Entry ${edited.verdict.firstBad}`);

    await rm(join(to, 'acts.jsonl'));
    expect(await verify(to)).toMatchObject({ code: 1, verdict: { ok: false, code: 'file_missing' } });
    const { code, stdout } = await product.deputies('audit', 'verify', to);
    expect(code).toBe(1);
    expect(stdout).toContain('DOES NOT HOLD');
    const nowhere = await product.deputies('audit', 'verify', join(product.folder, 'nowhere'), '--json');
    expect(nowhere.code).toBe(1);
    expect(JSON.parse(nowhere.stdout)).toMatchObject({ error: { code: 'no_export' } });
  });
});

describe('deputies audit report', () => {
  test('tells what an agent did on a day, from a log that holds and from no other [verify.cli]', async () => {
    const to = folder();
    await product.deputiesJson('audit', 'export', to);
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const args = ['audit', 'report', to, '--from', from, '--agent', 'publisher-agent'];
    const told = JSON.parse((await product.deputies(...args, '--json')).stdout) as JsonObject[];
    const effects = told.filter(({ kind, outcome }) => kind === 'commit' && outcome === 'succeeded');
    expect(effects).toMatchObject([{ auditId, plan: planId, tool: 'commit_publish_draft' }]);
    expect(told.every(({ agent }) => agent === 'publisher-agent')).toBe(true);
    const { stdout, stderr } = await product.deputies(...args);
    expect(stdout.split('\n').length - 1).toBe(told.length);
    expect(stdout).toContain(`commit_publish_draft  succeeded`);
    expect(stderr).toContain('The whole log holds.');
    const nothing = await product.deputies('audit', 'report', to, '--to', '2020-01-01', '--json');
    expect(JSON.parse(nothing.stdout)).toEqual([]);

    await rm(join(to, 'people.jsonl'));
    const refused = await product.deputies(...args, '--json');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ ok: false, code: 'file_missing' });
    expect(refused.stderr).toContain('DOES NOT HOLD');
  });
});

describe('deputies audit prove and verify-proof', () => {
  test('prove a commit by its receipt or its plan, for anybody with the key [verify.cli, verify.proof]', async () => {
    const file = join(product.folder, 'proof.json');
    expect(await product.deputiesJson('audit', 'prove', auditId, '--out', file)).toEqual({ path: file });
    const facts = { auditId, tool: 'commit_publish_draft', outcome: 'succeeded', plan: planId };
    expect(await product.deputiesJson('audit', 'verify-proof', file)).toMatchObject({ ok: true, ...facts });
    const byPlan = await product.deputiesJson<JsonObject>('audit', 'prove', planId);
    expect(JSON.parse(String(byPlan['entry']))).toMatchObject(facts);
    expect(byPlan['entry']).toBe((JSON.parse(await readFile(file, 'utf8')) as JsonObject)['entry']);

    const other = { ...byPlan, entry: String(byPlan['entry']).replace('succeeded', 'refused') };
    await writeFile(join(product.folder, 'other.json'), JSON.stringify(other));
    const refused = await product.deputies('audit', 'verify-proof', join(product.folder, 'other.json'), '--json');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ ok: false, code: 'not_included' });
    const unknown = await product.deputies('audit', 'prove', 'nothing', '--json');
    expect(unknown.code).toBe(1);
    expect(JSON.parse(unknown.stdout)).toMatchObject({ error: { code: 'not_found' } });
  });
});
