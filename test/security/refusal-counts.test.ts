import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { Product } from '../support/product.ts';
import { StdioServer } from '../support/stdio-server.ts';

let product: Product;
let drafts: string;
beforeAll(async () => {
  drafts = await mkdtemp(join(tmpdir(), 'deputies-tricks-'));
  await writeFile(join(drafts, 'one.md'), '---\ntitle: One\n---\n\nWords.\n');
  product = await Product.start({ drafts });
}, 120_000);
afterAll(async () => {
  await product?.dispose();
  await rm(drafts, { recursive: true, force: true });
});

const PATHS = [
  '../secret.md',
  '/etc/passwd',
  'one.md/../../x.md',
  'con.md',
  '.hidden.md',
  'a\u0000.md',
  'x'.repeat(400),
];
type Trick = readonly [tool: string, args: JsonObject];

/** Tricks of several kinds and tools, each of which the server refuses by itself. */
const TRICKS: readonly Trick[] = Array.from({ length: 100 }, (_, at): Trick => {
  if (at % 5 === 0) return ['commit_publish_draft', { planId: `not a plan ${at}` }];
  if (at % 7 === 0) return ['plan_publish_draft', { filename: 'one.md', title: 'Something else' }];
  return ['plan_publish_draft', { filename: PATHS[at % PATHS.length] ?? '' }];
});

/** Refusals that the log counts since a moment, by what a server said of itself. */
async function counted(since: string): Promise<{ sum: number; tools: string[]; denials: JsonObject[] }> {
  const { entries } = await product.deputiesJson<{ entries: JsonObject[] }>(
    'audit',
    'query',
    '--from',
    since,
    '--client',
    'blog-publisher',
    '--limit',
    '1000',
  );
  const reports = entries.filter(({ kind, rules }) => kind === 'report' && String(rules) === 'self-reported');
  const sum = reports.reduce((total, { details }) => total + Number((details as JsonObject)['count'] ?? 1), 0);
  const denials = entries.filter((entry) => entry['outcome'] === 'refused' && !reports.includes(entry));
  return { sum, tools: [...new Set(reports.map(({ tool }) => String(tool)))].toSorted(), denials };
}

const now = (): string => new Date().toISOString();
const BOTH = ['commit_publish_draft', 'plan_publish_draft'];

describe('a hundred tricks', () => {
  test.each(['2025-11-25', '2026-07-28'] as const)(
    'of several kinds through a client of %s are a hundred refusals in the log [report.counted]',
    async (era) => {
      const since = now();
      const session = await product.connect('blog-publisher', era);
      for (const [tool, args] of TRICKS) {
        expect((await session.call(tool, args)).data['code']).toBe('invalid_arguments');
      }
      await session.close();
      expect(await counted(since)).toEqual({ sum: 100, tools: BOTH, denials: [] });
    },
    120_000,
  );

  test('are counted where input ends at once after them [report.counted]', async () => {
    const since = now();
    const entry = product.ready.servers['blog-publisher'];
    if (!entry) throw new Error('There is no such server.');
    const server = new StdioServer(entry);
    await server.greet();
    for (const [at, [name, args]] of TRICKS.entries()) {
      server.send({ id: 1000 + at, method: 'tools/call', params: { name, arguments: args } });
    }
    const { code, stderr } = await server.end();
    expect(code).toBe(0);
    const { sum, denials } = await counted(since);
    // A machine that is too slow for the last reports says what it lost.
    const lost = [...stderr.matchAll(/Not reported: (\d+) ×/g)].reduce((total, [, count]) => total + Number(count), 0);
    expect(sum <= 100 && sum + lost >= 100).toBe(true);
    if (lost === 0) expect(sum).toBe(100);
    expect(denials).toEqual([]);
  }, 60_000);

  test('are counted once each where the backend goes and comes back in the middle [report.counted]', async () => {
    const since = now();
    const port = Number(new URL(product.ready.backendUrl).port);
    const session = await product.connect('blog-publisher');
    for (const [tool, args] of TRICKS.slice(0, 40)) await session.call(tool, args);
    await product.halt('SIGKILL');
    for (const [tool, args] of TRICKS.slice(40, 70)) await session.call(tool, args);
    await product.boot(port);
    for (const [tool, args] of TRICKS.slice(70)) await session.call(tool, args);
    await session.close();
    expect(await counted(since)).toEqual({ sum: 100, tools: BOTH, denials: [] });
  }, 120_000);
});
