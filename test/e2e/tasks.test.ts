import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import type { Finished } from '../support/processes.ts';
import type { ToolResult } from '../support/mcp-session.ts';
import { Product } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await Product.start();
}, 60_000);
afterAll(() => product?.dispose(), 30_000);

const WHAT = ['--client', 'ticket-handler', '--tool', 'commit_refund', '--resource', 'ticket:1842'];
const REFUNDS = [...WHAT, '--up-to', '50.00', '--currency', 'EUR', '--for', '30m', '--reason', 'Broken cups.'];
const ORDER = { ticketId: '1842', orderId: '50181' };
const ASKS_ALWAYS = `version: 1
name: asks-always
environment: development
time_zone: Europe/Berlin
rules:
  - { id: reads, effect: allow, when: { kinds: [read, plan] } }
  - { id: asks, effect: require_approval, approval: owner, when: { kinds: [commit] } }
`;
const list = (): Promise<JsonObject[]> => product.deputiesJson<JsonObject[]>('tasks', 'list');
const codeOf = ({ stdout }: Finished): unknown => (JSON.parse(stdout) as { error: JsonObject }).error['code'];

describe('deputies tasks', () => {
  test('grants, lists and revokes, for scripts [people.cli, task.granted]', async () => {
    expect(await list()).toEqual([]);
    const granted = await product.deputiesJson<JsonObject>('tasks', 'grant', ...REFUNDS, '--uses', '3');
    const { taskId } = granted;
    expect(granted).toMatchObject({
      clientId: 'ticket-handler',
      agent: 'support-agent',
      tools: ['commit_refund'],
      resource: { type: 'ticket', id: '1842' },
      sum: { maximum: 5000, currency: 'EUR' },
      usesMaximum: 3,
      state: 'active',
      spent: 0,
      uses: 0,
    });
    const left = Date.parse(String(granted['expiresAt'])) - Date.parse(String(granted['createdAt']));
    expect(Math.round(left / 60_000)).toBe(30);
    expect(await list()).toEqual([{ ...granted, grantedBy: 'owner' }]);
    const revoked = await product.deputiesJson<JsonObject>('tasks', 'revoke', String(taskId));
    expect(revoked).toEqual({ taskId, clientId: 'ticket-handler', state: 'revoked', repeated: false });
    expect(await list()).toMatchObject([{ taskId, state: 'revoked' }]);
  }, 60_000);

  test('says in words what was granted, and lists it in a table [people.cli]', async () => {
    const granted = await product.deputies('tasks', 'grant', ...REFUNDS);
    expect(granted.stdout).toMatch(
      /^Until \S+Z, ticket-handler may commit commit_refund on ticket:1842: 0\.00 EUR of 50\.00 EUR, 0 times\.\nTo end it before: npm run deputies -- tasks revoke [0-9a-f-]{36}\n$/,
    );
    const { stdout } = await product.deputies('tasks', 'list');
    expect(stdout).toMatch(/^TASK +STATE +CLIENT +TOOLS +RECORD +USED +UNTIL +BY\n/);
    expect(stdout).toMatch(/active +ticket-handler +commit_refund +ticket:1842 +0\.00 EUR of 50\.00 EUR, 0 times/);
  }, 60_000);

  test('refuses what no task covers, and what it cannot read, and says so [people.cli, task.never-ships]', async () => {
    const before = await list();
    const reply = [...REFUNDS.slice(0, 2), '--tool', 'commit_reply_to_customer', ...REFUNDS.slice(4)];
    const shipped = await product.deputies('tasks', 'grant', ...reply, '--json');
    expect([shipped.code === 0, codeOf(shipped)]).toEqual([false, 'invalid_arguments']);
    expect(shipped.stderr).toContain('ships text to the public or a customer');
    const half = REFUNDS.filter((word) => word !== '--currency' && word !== 'EUR');
    expect(codeOf(await product.deputies('tasks', 'grant', ...half, '--json'))).toBe('no_currency');
    for (const [option, value] of [
      ['--for', '30'],
      ['--for', '0m'],
      ['--resource', '1842'],
      ['--uses', '0'],
    ] as const) {
      const { code, stderr } = await product.deputies('tasks', 'grant', ...REFUNDS, option, value);
      expect([option, code === 0, stderr.includes(option)]).toEqual([option, false, true]);
    }
    const long = await product.deputies('tasks', 'grant', ...REFUNDS, '--for', '9h', '--json');
    expect([codeOf(long), long.stderr.includes('8 hours')]).toEqual(['invalid_arguments', true]);
    const gone = await product.deputies('tasks', 'revoke', '3c2b1d53-7d55-4d70-8b6c-0d9a9b3f7d11', '--json');
    expect(codeOf(gone)).toBe('not_found');
    expect(await list()).toEqual(before);
  }, 60_000);

  test('an agent commits under a task without anybody asked, up to its sum, as the shipped policy is [task.heeded]', async () => {
    for (const { taskId } of await list()) await product.deputiesJson('tasks', 'revoke', String(taskId));
    await product.deputiesJson('tasks', 'grant', ...REFUNDS);
    const tickets = await product.connect('ticket-handler');
    const refund = (amount: number): Promise<ToolResult> =>
      tickets.call('plan_refund', { ...ORDER, amount, currency: 'EUR', reason: 'Four tins were crushed.' });
    const small = await refund(1_250);
    expect(small.data).toMatchObject({ status: 'released' });
    const planId = String(small.data['planId']);
    expect((await tickets.call('commit_refund', { planId })).data).toMatchObject({ receipt: { planId } });
    expect((await list()).find(({ state }) => state === 'active')).toMatchObject({ uses: 1, spent: 1_250 });
    expect((await refund(4_000)).data).toMatchObject({ status: 'pending_approval' });
  }, 60_000);

  test('where the active policy takes no notice of tasks, none is granted, and that is said [task.heeded]', async () => {
    const file = join(product.folder, 'asks-always.yaml');
    await writeFile(file, ASKS_ALWAYS);
    await product.deputiesJson('policy', 'activate', file);
    const before = await list();
    const refused = await product.deputies('tasks', 'grant', ...REFUNDS, '--json');
    expect([refused.code === 0, codeOf(refused)]).toEqual([false, 'invalid_arguments']);
    expect(refused.stderr).toContain('takes no notice of tasks for commit_refund');
    expect(await list()).toEqual(before);
  }, 60_000);
});
