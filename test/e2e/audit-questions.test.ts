import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { parse } from 'csv-parse/sync';
import { Product } from '../support/product.ts';
import type { McpSession } from '../support/mcp-session.ts';

interface Answer {
  readonly entries: JsonObject[];
  readonly nextCursor: string | null;
}

let product: Product;
let agent: McpSession;
let planId: string;
/** The entry of the commit. */
let effect: string;

beforeAll(async () => {
  product = await Product.start();
  agent = await product.connect('ticket-handler');
  const text = 'We send new cups today.';
  const plan = await agent.call('plan_reply_to_customer', { ticketId: '1842', text });
  planId = String(plan.data['planId']);
  await agent.call('commit_reply_to_customer', { planId });
  await product.deputiesJson('approvals', 'approve', planId);
  const done = await agent.call('commit_reply_to_customer', { planId });
  effect = String((done.data['receipt'] as JsonObject)['auditId']);
  await agent.call('get_ticket', { ticketId: '1843' });
  await agent.call('get_ticket', { ticketId: 'no-such-ticket' });
}, 120_000);
afterAll(() => product?.dispose(), 30_000);

const query = (...args: string[]): Promise<Answer> => product.deputiesJson<Answer>('audit', 'query', ...args);
const toolsOf = ({ entries }: Answer): unknown[] => entries.map(({ tool }) => tool);

describe('deputies audit query', () => {
  test('finds what the agent did by time, tool, record, rule, outcome, code, plan, client and owner [audit.questions]', async () => {
    expect(new Set(toolsOf(await query('--since', '1h', '--tool', 'commit_*')))).toEqual(
      new Set(['commit_reply_to_customer']),
    );
    expect(toolsOf(await query('--resource', 'ticket:1843'))).toEqual(['get_ticket']);
    expect(toolsOf(await query('--code', 'not_found', '--client', 'ticket-handler'))).toEqual(['get_ticket']);
    const mine = await query('--plan', planId, '--outcome', 'succeeded', '--owner', 'owner');
    expect(toolsOf(mine)).toEqual(['commit_reply_to_customer', 'plan_reply_to_customer']);
    const [asked] = (await query('--plan', planId, '--decision', 'require_approval')).entries;
    const [rule = ''] = (asked?.['rules'] ?? []) as string[];
    expect(toolsOf(await query('--rule', rule, '--tool', 'commit_*'))).toContain('commit_reply_to_customer');
    expect(toolsOf(await query('--to', '2020-01-01'))).toEqual([]);
  });

  test('goes on from page to page [audit.questions]', async () => {
    const first = await query('--tool', 'get_ticket,plan_*', '--limit', '1');
    const second = await query('--tool', 'get_ticket,plan_*', '--limit', '2', '--cursor', first.nextCursor ?? '');
    expect(toolsOf(first)).toEqual(['get_ticket']);
    expect(toolsOf(second)).toEqual(['get_ticket', 'plan_reply_to_customer']);
    expect(second.nextCursor).toBeNull();
  });

  test('says it as a table, as lines of JSON and as CSV [audit.questions]', async () => {
    const args = ['audit', 'query', '--plan', planId, '--outcome', 'succeeded', '--owner', 'owner'];
    const table = await product.deputies(...args);
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(/^TIME +WHO +FOR +TOOL/);
    expect(table.stdout).toMatch(/support-agent +owner +commit_reply_to_customer +succeeded/);
    const lines = (await product.deputies(...args, '--jsonl')).stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as JsonObject)['auditId'])).toContain(effect);
    const rows = parse<JsonObject>((await product.deputies(...args, '--csv')).stdout, { columns: true });
    expect(rows.map(({ auditId }) => auditId)).toContain(effect);
    expect(rows[0]).toMatchObject({ client: 'ticket-handler', source: '127.0.0.1', agent: 'support-agent' });
  });

  test('follows an effect back to plan, approval, rules, policy, run and trace [audit.questions]', async () => {
    const thread = await product.deputiesJson<JsonObject>('audit', 'query', '--follow', effect);
    expect(thread).toMatchObject({
      of: 'entry',
      plan: { planId, state: 'committed', commitTool: 'commit_reply_to_customer' },
      approvals: [{ decision: 'approve', assurance: 'simulated' }],
      rules: expect.arrayContaining([expect.any(String)]),
      policy: { version: expect.stringMatching(/@/), activatedAt: expect.any(String), auditId: expect.any(String) },
      run: { entries: expect.any(Number), from: expect.any(String) },
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const { stdout } = await product.deputies('audit', 'query', '--follow', planId);
    expect(stdout).toMatch(/^plan .*: commit_reply_to_customer, committed\n├─ plan/);
    expect(stdout).toMatch(/├─ approval +\S+ owner: approve, proved by a key of the command line/);
    const order = [
      'plan_reply_to_customer succeeded',
      'pending, approval_required',
      'people.approve',
      'commit_reply_to_customer succeeded',
    ];
    const places = order.map((line) => stdout.lastIndexOf(line));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThan(0);
  });

  test.each([
    [['--since', '1h', '--from', '2026-01-01'], 'from'],
    [['--resource', '1842'], 'ticket:1842'],
    [['--code', 'no_such_code'], 'code'],
    [['--owner', 'nobody'], 'no such person'],
    [['--follow', '3c2b1d53-7d55-4d70-8b6c-0d9a9b3f7d11'], 'no entry and no plan'],
  ])('says what is wrong with %j [audit.questions]', async (args, says) => {
    const { code, stderr } = await product.deputies('audit', 'query', ...args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(says);
  });
});

describe('deputies audit erase', () => {
  test('asks first, says how much, and is itself in the log [audit.erasure]', async () => {
    const reason = ['--reason', 'They asked for it.'];
    const unasked = await product.deputies('audit', 'erase', '--customer', 'C1001', ...reason);
    expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining('--yes')]);
    const both = await product.deputies('audit', 'erase', '--customer', 'C1001', '--plan', planId, '--yes', ...reason);
    expect([both.code, both.stderr]).toEqual([1, expect.stringContaining('one of')]);
    const erased = await product.deputiesJson<JsonObject>('audit', 'erase', '--plan', planId, '--yes', ...reason);
    expect(erased).toMatchObject({ of: 'plan', plans: 0, openPlans: 0, acts: 1 });
    expect(Number(erased['count'])).toBeGreaterThan(2);
    const again = await product.deputies('audit', 'erase', '--audit', effect, '--yes', ...reason);
    expect(again.stdout).toContain('0 payloads');
    const { entries } = await query('--tool', 'people.erase_payloads', '--outcome', 'succeeded');
    expect(entries.map(({ details }) => (details as JsonObject)['of'])).toEqual(['entry', 'plan']);
  });
});
