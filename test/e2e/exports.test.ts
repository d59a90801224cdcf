import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfBytes } from '@narrow-deputies/signing';
import { NODE, ROOT, watch, type Finished } from '../support/processes.ts';
import { Product } from '../support/product.ts';
import { WireClient } from '../support/wire-client.ts';

let product: Product;
let exporter: WireClient;
let folder: string;

beforeAll(async () => {
  product = await Product.start();
  const scopes = ['plan', 'commit'].flatMap((kind) => ['--scope', `crm:${kind}_export_customers`]);
  const client = ['crm-reader', '--client', 'crm-reader-export'];
  const minted = await product.deputiesJson<JsonObject>('token', 'mint', ...client, ...scopes);
  exporter = new WireClient(product.ready.backendUrl, String(minted['token']));
}, 60_000);
afterAll(() => product?.dispose(), 30_000);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-exports-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Seals what the fixtures hold of everybody, from plan to receipt. */
async function seal(): Promise<JsonObject> {
  const fields = ['customerId', 'companyName', 'email'];
  const plan = await exporter.call('/v1/crm/plan_export_customers', { filter: { orderedSince: '2000-01-01' }, fields });
  const planId = String(plan.json['planId']);
  await product.deputiesJson('approvals', 'approve', planId);
  const { json } = await exporter.call('/v1/crm/commit_export_customers', { planId });
  return (json['receipt'] as JsonObject)['result'] as JsonObject;
}
const fetchTo = (sealed: JsonObject, out: string): Promise<Finished> =>
  product.deputies('exports', 'fetch', String(sealed['exportId']), '--out', out, '--json');
const codeOf = ({ code, stdout }: Finished): unknown =>
  code === 0 ? 'ok' : (JSON.parse(stdout) as { error: JsonObject }).error['code'];
const stateOf = async ({ exportId }: JsonObject): Promise<unknown> =>
  (await product.deputiesJson<JsonObject[]>('exports', 'list')).find((file) => file['exportId'] === exportId)?.[
    'state'
  ];

describe('exports fetch', () => {
  test('writes the file of the receipt, for its person alone, whatever others may read by default [crm.export, people.cli]', async () => {
    const sealed = await seal();
    const path = join(folder, 'list.csv');
    const fetched = await fetchTo(sealed, path);
    expect(JSON.parse(fetched.stdout)).toEqual({ path, rowCount: sealed['rowCount'], digest: sealed['digest'] });
    const bytes = await readFile(path);
    expect(digestOfBytes(bytes)).toBe(sealed['digest']);
    expect(bytes.toString()).toMatch(/^\uFEFF"customerId","companyName","email"\r\n"C1001",/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await stateOf(sealed)).toBe('fetched');
    expect(codeOf(await fetchTo(sealed, join(folder, 'again.csv')))).toBe('not_found');
    expect(await readdir(folder)).toEqual(['list.csv']);
  });

  test('leaves the export where it is when the name does not work, and says why [crm.export]', async () => {
    const sealed = await seal();
    await writeFile(join(folder, 'mine.txt'), 'Mine.');
    await symlink(join(folder, 'elsewhere.csv'), join(folder, 'link.csv'));
    await mkdir(join(folder, 'closed'));
    await chmod(join(folder, 'closed'), 0o500);
    const names: readonly (readonly [string, RegExp])[] = [
      ['mine.txt', /exists already/],
      ['link.csv', /exists already/],
      ['.', /exists already|is a folder/],
      ['nowhere/list.csv', /folder does not exist/],
      ['mine.txt/list.csv', /folder does not exist/],
      ...(process.getuid?.() === 0 ? [] : [['closed/list.csv', /cannot be written/] as const]),
    ];
    for (const [name, why] of names) {
      const refused = await fetchTo(sealed, join(folder, name));
      expect([name, codeOf(refused)]).toEqual([name, 'unusable_file']);
      expect(refused.stderr).toMatch(why);
    }
    expect(await readFile(join(folder, 'mine.txt'), 'utf8')).toBe('Mine.');
    expect((await readdir(folder)).toSorted()).toEqual(['closed', 'link.csv', 'mine.txt']);
    expect(await stateOf(sealed)).toBe('waiting');
    expect(codeOf(await fetchTo(sealed, join(folder, 'good.csv')))).toBe('ok');
  }, 120_000);

  test('leaves no file behind when there is nothing to fetch [crm.export]', async () => {
    const unknown = { exportId: '3c2b1d53-7d55-4d70-8b6c-0d9a9b3f7d11' };
    expect(codeOf(await fetchTo(unknown, join(folder, 'a.csv')))).toBe('not_found');
    expect(codeOf(await fetchTo({ exportId: 'latest' }, join(folder, 'a.csv')))).toBe('invalid_arguments');
    const { code, stderr } = await product.deputies('exports', 'fetch', unknown.exportId);
    expect([code === 0, stderr]).toEqual([false, expect.stringContaining('--out')]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('says that the file is lost when it was handed out and cannot be written, and leaves no part of it [crm.export]', async () => {
    const sealed = await seal();
    const path = join(folder, 'list.csv');
    // A process that may write no byte to a file.
    const command = [
      NODE,
      join(ROOT, 'scripts', 'run.mjs'),
      'deputies',
      'exports',
      'fetch',
      String(sealed['exportId']),
    ];
    const child = spawn('/bin/sh', ['-c', 'ulimit -f 0; exec "$@"', 'sh', ...command, '--out', path, '--json'], {
      cwd: ROOT,
      env: product.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const refused = await watch(child).ended;
    expect(codeOf(refused)).toBe('not_written');
    expect(refused.stderr).toMatch(/lost: have it exported again/);
    expect(await readdir(folder)).toEqual([]);
    expect(await stateOf(sealed)).toBe('fetched');
  });

  test('is listed for people in a table [people.cli]', async () => {
    const { exportId } = await seal();
    const { stdout, code } = await product.deputies('exports', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^EXPORT +ROWS +STATE +MADE +EXPIRES\n/);
    expect(stdout).toContain(String(exportId));
  });
});
