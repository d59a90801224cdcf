import { spawn } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { NODE, ROOT, watch, type Finished } from '../support/processes.ts';
import { PASSPHRASE, Product } from '../support/product.ts';
import { WireClient } from '../support/wire-client.ts';

let product: Product;
let scratch: string;

beforeAll(async () => {
  product = await Product.start();
  scratch = await mkdtemp(join(tmpdir(), 'deputies-cli-'));
}, 60_000);
afterAll(async () => {
  await product?.dispose();
  await rm(scratch, { recursive: true, force: true });
}, 30_000);

/** Runs a command without DEPUTIES_PASSPHRASE; `fd3` is what file descriptor 3 reads. */
async function withoutPassphrase(args: readonly string[], fd3?: string): Promise<Finished> {
  const { DEPUTIES_PASSPHRASE: _, ...env } = product.env;
  const file = join(scratch, 'passphrase');
  await writeFile(file, fd3 ?? '', { mode: 0o600 });
  const handle = await open(file, 'r');
  try {
    const command = [join(ROOT, 'scripts', 'run.mjs'), 'deputies', ...args];
    const child = spawn(NODE, command, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe', handle.fd] });
    return await watch(child).ended;
  } finally {
    await handle.close();
  }
}

describe('the command line', () => {
  test.each([
    ['--help'],
    ['approvals', '--help'],
    ['approvals', 'approve', '--help'],
    ['token', 'mint', '--help'],
    ['audit', 'list', '--help'],
    ['data', 'reset', '--help'],
  ])('%s %s %s explains itself on standard output [people.cli]', async (...args) => {
    const { code, stdout, stderr } = await product.deputies(...args.filter((arg) => arg !== undefined));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: deputies/);
  });

  test('a failure is one JSON document on standard output, words on standard error, and a status that is not 0 [people.cli]', async () => {
    const planId = '3c2b1d53-7d55-4d70-8b6c-0d9a9b3f7d11';
    const { code, stdout, stderr } = await product.deputies('approvals', 'approve', planId, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'not_found' } });
    expect(stderr).toContain('There is no such plan');
  });

  test('an unknown command or option fails and points to the help [people.cli]', async () => {
    for (const args of [['approvals', 'aprove', 'x'], ['token', 'list', '--jsn'], ['unknown']]) {
      const { code, stdout, stderr } = await product.deputies(...args);
      expect(code).not.toBe(0);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/error:/);
    }
  });

  test('a passphrase is taken from a file descriptor, and without one the command says what it needs [approval.key, people.cli]', async () => {
    expect((await withoutPassphrase(['token', 'list', '--json', '--passphrase-fd', '3'], `${PASSPHRASE}\n`)).code).toBe(
      0,
    );
    const wrong = await withoutPassphrase(['token', 'list', '--json', '--passphrase-fd', '3'], 'something else\n');
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: 'wrong_passphrase' } });
    const none = await withoutPassphrase(['token', 'list', '--json']);
    expect(JSON.parse(none.stdout)).toMatchObject({ error: { code: 'no_passphrase' } });
  });

  test('people’s keys are encrypted, readable by their owner alone, and not in the home [approval.key]', async () => {
    const folder = product.env['DEPUTIES_PEOPLE'] ?? '';
    const names = await readdir(folder);
    expect(names.toSorted()).toEqual(['owner.key.json', 'reviewer.key.json']);
    for (const name of names) {
      const text = await readFile(join(folder, name), 'utf8');
      expect(text).toContain('BEGIN ENCRYPTED PRIVATE KEY');
      expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
    }
    for (const entry of await readdir(product.home, { recursive: true })) {
      // The key of the log is the backend's own, and nobody's.
      if (entry === 'log.key') continue;
      expect(await readFile(join(product.home, entry), 'latin1').catch(() => '')).not.toMatch(/PRIVATE KEY/);
    }
    for (const name of ['ready.json', 'tokens.json'])
      expect((await stat(join(product.home, name))).mode & 0o077).toBe(0);
  });

  test('after a rotation both tokens work until the first is revoked [token.rotation]', async () => {
    const { backendUrl, servers } = product.ready;
    const first = new WireClient(backendUrl, servers['blog-publisher']?.env['DEPUTY_TOKEN'] ?? '');
    const rotated = await product.deputiesJson<JsonObject>('token', 'rotate', 'blog-publisher');
    const second = new WireClient(backendUrl, String(rotated['token']));
    const list = (client: WireClient): Promise<number> =>
      client.call('/v1/blog/list_drafts', { drafts: [] }).then((reply) => reply.status);
    expect([await list(first), await list(second)]).toEqual([200, 200]);
    await product.deputiesJson('token', 'revoke', first.keyid);
    expect([await list(first), await list(second)]).toEqual([401, 200]);
    const states = await product.deputiesJson<JsonObject[]>('token', 'list');
    const own = states.filter((token) => token['clientId'] === 'blog-publisher');
    expect(own.map((token) => [token['keyid'], token['state']])).toEqual([
      [first.keyid, 'revoked'],
      [second.keyid, 'active'],
    ]);
  });

  test('a minted token is narrowed to the scopes asked for, and only to scopes that its agent may hold [grant.scope]', async () => {
    const minted = await product.deputiesJson<JsonObject>(
      'token',
      'mint',
      'blog-publisher',
      '--client',
      'blog-publisher-reader',
      '--scope',
      'blog:list_drafts',
    );
    expect(Object.keys(minted).toSorted()).toEqual(['clientId', 'keyid', 'token']);
    const client = new WireClient(product.ready.backendUrl, String(minted['token']));
    expect((await client.call('/v1/blog/list_drafts', { drafts: [] })).status).toBe(200);
    const plan = await client.call('/v1/blog/plan_unpublish_article', { slug: 'welcome' });
    expect(plan.json['code']).toBe('insufficient_scope');
    const { code, stdout } = await product.deputies('token', 'mint', 'blog-publisher', '--agent', 'other', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'invalid_arguments' } });
  });

  test('minting for another person or role finds a client id of their own, and says which [principal.mint]', async () => {
    const mint = (...args: string[]) => product.deputies('token', 'mint', 'crm-reader', ...args, '--json');
    const own = await mint();
    expect(JSON.parse(own.stdout)).toMatchObject({ clientId: 'crm-reader' });
    const exporter = await mint('--agent', 'export-agent');
    expect(JSON.parse(exporter.stdout)).toMatchObject({ clientId: 'crm-reader-export-agent' });
    const other = await mint('--owner', 'reviewer');
    expect(other.stderr).toContain('"crm-reader" belongs to another owner or agent');
    const { clientId, token } = JSON.parse(other.stdout) as { clientId: string; token: string };
    expect(clientId).toBe('crm-reader-reviewer');
    const client = new WireClient(product.ready.backendUrl, token);
    expect((await client.call('/v1/crm/search_customers', { query: 'tee' })).status).toBe(200);
    const taken = await mint('--client', 'crm-reader', '--owner', 'reviewer');
    expect([taken.code, JSON.parse(taken.stdout)]).toMatchObject([1, { error: { code: 'invalid_arguments' } }]);
  }, 60_000);

  test('resetting the data needs a stopped backend and a yes, and keeps people’s keys [people.cli]', async () => {
    expect((await product.deputies('data', 'reset', '--yes')).code).toBe(1);
    await product.halt();
    expect((await product.deputies('data', 'reset')).code).toBe(1);
    expect(await product.deputiesJson('data', 'reset', '--yes')).toEqual({ reset: true });
    await product.boot();
    const entries = await product.deputiesJson<JsonObject[]>('audit', 'list', '--limit', '1000');
    expect(entries.some((entry) => entry['tool'] === 'people.enrol_first')).toBe(true);
    expect(entries.some((entry) => entry['tool'] === 'list_drafts')).toBe(false);
  });
});
