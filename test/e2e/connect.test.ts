import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServerEntry } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { connect } from '../support/mcp-session.ts';
import { Product } from '../support/product.ts';

const OTHERS =
  '{\r\n\t"globalShortcut": "",\r\n\t"mcpServers": {\r\n\t\t"files": {"command": "npx", "args": ["files"]}\r\n\t}\r\n}';

let product: Product;
let config: string;

beforeAll(async () => {
  product = await Product.start();
  config = join(product.folder, 'claude', 'claude_desktop_config.json');
  await mkdir(dirname(config));
  await writeFile(config, OTHERS, { mode: 0o600 });
}, 60_000);
afterAll(() => product?.dispose(), 30_000);

const command = (...args: string[]): string[] => ['connect', 'claude-desktop', '--config', config, ...args];
const text = (): Promise<string> => readFile(config, 'utf8');
const tokens = (): string[] => Object.values(product.ready.servers).map(({ env }) => env['DEPUTY_TOKEN'] ?? '');

describe('deputies connect claude-desktop', () => {
  test('explains itself [people.cli]', async () => {
    for (const args of [['connect', '--help'], command('--help')]) {
      const { code, stdout, stderr } = await product.deputies(...args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: deputies connect/);
    }
    expect((await product.deputies(...command('--remove', '--replace'))).code).not.toBe(0);
  });

  test('shows what it would do, without a token, and writes nothing [install.connect, secret.canary]', async () => {
    const { code, stdout, stderr } = await product.deputies(...command('--dry-run'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Nothing was written.');
    for (const server of Object.keys(product.ready.servers))
      expect(stdout).toMatch(new RegExp(`^  ${server} +add$`, 'm'));
    for (const token of tokens()) expect(stdout).not.toContain(token.slice(-20));
    expect(await text()).toBe(OTHERS);
  });

  test('puts the servers of this home in, from where a host starts them [install.connect]', async () => {
    const { code, stdout } = await product.deputies(...command());
    expect(code).toBe(0);
    expect(stdout).toContain('Quit Claude Desktop and start it again.');
    for (const token of tokens()) expect(stdout).not.toContain(token);
    const { mcpServers, ...others } = JSON.parse(await text()) as { mcpServers: Record<string, ServerEntry> };
    expect(others).toEqual({ globalShortcut: '' });
    expect(mcpServers).toEqual({ files: { command: 'npx', args: ['files'] }, ...product.ready.servers });
    expect((await stat(config)).mode & 0o777).toBe(0o600);
    const entry = mcpServers['blog-publisher'];
    if (!entry) throw new Error('There is no blog-publisher.');
    const session = await connect(entry, '2025-11-25');
    try {
      expect((await session.call('list_drafts', {})).isError).toBe(false);
    } finally {
      await session.close();
    }
  }, 30_000);

  test('again changes nothing, and says so to a script [install.connect, people.cli]', async () => {
    const [before, listed] = [await text(), await readdir(dirname(config))];
    expect(await product.deputiesJson<JsonObject>(...command())).toMatchObject({
      file: config,
      changed: false,
      backup: null,
    });
    expect([await text(), await readdir(dirname(config))]).toEqual([before, listed]);
  });

  test('takes them out again, and the file is as it was [install.connect]', async () => {
    const report = await product.deputiesJson<JsonObject>(...command('--remove'));
    expect(report).toMatchObject({ changed: true, backup: expect.stringContaining('.backup-') });
    expect(await text()).toBe(OTHERS);
    expect(JSON.stringify(report)).not.toContain('deputy_development');
  });

  test('refuses what it does not understand, with a code [install.connect, people.cli]', async () => {
    await writeFile(config, '{ // mine\n}');
    const { code, stdout, stderr } = await product.deputies(...command('--json'));
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'not_json' } });
    expect(stderr).toContain('It is not valid JSON');
    expect(await text()).toBe('{ // mine\n}');
  });
});
