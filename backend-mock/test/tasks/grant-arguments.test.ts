import { expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { grantTaskArguments } from '../../src/tasks/grant-arguments.ts';
import { MINUTE, NOON } from '../support/rows.ts';
import { grantOf } from '../support/task-rows.ts';

const faultsOf = (args: JsonObject): string[] =>
  (grantTaskArguments.safeParse(args).error?.issues ?? []).map(({ path }) => `/${path.join('/')}`);
const without = (...names: string[]): JsonObject =>
  Object.fromEntries(Object.entries(grantOf()).filter(([name]) => !names.includes(name)));

test('what a person signed is read as the terms that it says yes to [task.reverified]', () => {
  expect(grantTaskArguments.parse(grantOf({ tools: ['commit_update_ticket', 'commit_refund'], uses: 3 }))).toEqual({
    clientId: 'ticket-handler',
    tools: ['commit_refund', 'commit_update_ticket'],
    resource: { type: 'ticket', id: '1842' },
    sum: { maximum: 5000, currency: 'EUR' },
    usesMaximum: 3,
    reason: 'Broken cups.',
    expiresAt: NOON + 30 * MINUTE,
  });
  expect(grantTaskArguments.parse(without('upTo', 'currency')).sum).toBeNull();
});

test('an amount is read by its digits and its currency, exactly [task.bounds]', () => {
  const sums: readonly (readonly [string, string, number])[] = [
    ['50', 'EUR', 5000],
    ['0.01', 'EUR', 1],
    ['50.10', 'EUR', 5010],
    ['50', 'JPY', 50],
    ['1.005', 'KWD', 1005],
  ];
  for (const [upTo, currency, maximum] of sums) {
    expect(grantTaskArguments.parse(grantOf({ upTo, currency })).sum).toEqual({ maximum, currency });
  }
});

test.each<[string, JsonObject, string]>([
  ['a sum without a currency', without('currency'), '/currency'],
  ['a currency without a sum', without('upTo'), '/upTo'],
  ['nothing', grantOf({ upTo: '0.00' }), '/upTo'],
  ['less than nothing', grantOf({ upTo: '-5' }), '/upTo'],
  ['parts of a minor unit', grantOf({ upTo: '0.001' }), '/upTo'],
  ['an exponent', grantOf({ upTo: '5e3' }), '/upTo'],
  ['more than can be kept exactly', grantOf({ upTo: '90071992547409.92' }), '/upTo'],
  ['no currency that there is', grantOf({ currency: 'XQX' }), '/currency'],
  ['no tool', grantOf({ tools: [] }), '/tools'],
  ['a tool twice', grantOf({ tools: ['commit_refund', 'commit_refund'] }), '/tools'],
  ['a pattern for a tool', grantOf({ tools: ['commit_%'] }), '/tools/0'],
  ['no use', grantOf({ uses: 0 }), '/uses'],
  ['part of a use', grantOf({ uses: 1.5 }), '/uses'],
  ['a day without a time', grantOf({ expiresAt: '2026-11-20' }), '/expiresAt'],
  ['a time in another zone', grantOf({ expiresAt: '2026-11-20T12:30:00.000+01:00' }), '/expiresAt'],
  ['no reason', grantOf({ reason: '' }), '/reason'],
  ['a reason of two lines', grantOf({ reason: 'a\nb' }), '/reason'],
  ['more than there is to say', grantOf({ ships: true }), '/'],
])('%s is refused by its name [task.bounds]', (_what, args, pointer) => {
  expect(faultsOf(args)).toEqual([pointer]);
});
