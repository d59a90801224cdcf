import { describe, expect, test } from '@jest/globals';
import type { PolicyCall, PolicyEvent } from '../src/index.ts';
import { compileConditions, namedTools, type Verdict } from '../src/engine/conditions.ts';
import { stateOf } from '../src/engine/decide.ts';
import { historyOf } from '../src/index.ts';
import type { When } from './support/random-policy.ts';
import { ago, allow, callOf, DAY, deny, HOUR, MINUTE, policyOf, refundOf, verdictOn } from './support/small.ts';
import { CATALOGUE } from './support/tools.ts';

/** Whether a rule with these conditions matches. */
const holds = (when: When, call: PolicyCall, ...past: PolicyEvent[]): boolean =>
  verdictOn({ rules: [allow(when)] }, call, ...past).effect === 'allow';

const REFUND = refundOf(50);
const at = (time: string): PolicyCall => refundOf(50, { time: Date.parse(time) });
const office = { from: '08:00', to: '18:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'] } as const;
const hours = { ...office, days: [...office.days] };
const read = (before: number, fields: Partial<PolicyEvent> = {}): PolicyEvent =>
  ago(before, callOf('get_ticket'), { outside: true, ...fields });

describe('a condition', () => {
  test.each<[string, When, PolicyCall, PolicyCall]>([
    ['tools', { tools: ['commit_refund'] }, REFUND, callOf('commit_credit')],
    ['tools, one of them', { tools: ['list_drafts', 'commit_refund'] }, REFUND, callOf('commit_credit')],
    ['tools by pattern', { tools: ['commit_re*'] }, REFUND, callOf('commit_credit')],
    ['tools by the end of a name', { tools: ['*_refund'] }, callOf('plan_refund'), callOf('commit_credit')],
    ['kinds', { kinds: ['read', 'plan'] }, callOf('plan_refund'), REFUND],
    ['actions', { actions: ['refund'] }, REFUND, callOf('commit_credit')],
    ['contexts', { contexts: ['crm'] }, callOf('get_customer'), REFUND],
    ['ships', { ships: false }, callOf('commit_update'), callOf('commit_publish')],
    ['agents', { agents: ['tickets-agent'] }, REFUND, refundOf(50, { agent: 'crm-agent' })],
    ['owners', { owners: ['p_1', 'p_3'] }, REFUND, refundOf(50, { owner: 'p_2' })],
    ['owner_roles', { owner_roles: ['support-lead'] }, refundOf(50, { ownerRoles: ['x', 'support-lead'] }), REFUND],
    ['a task', { task: 'bound' }, refundOf(50, { task: true }), REFUND],
    ['no task', { task: 'unbound' }, REFUND, refundOf(50, { task: true })],
    ['hours', { hours }, at('2026-01-14T07:00:00Z'), at('2026-01-14T06:59:59.999Z')],
    ['hours, their end', { hours }, at('2026-01-14T16:59:59.999Z'), at('2026-01-14T17:00:00Z')],
    ['hours, their days', { hours }, at('2026-01-16T12:00:00Z'), at('2026-01-17T12:00:00Z')],
    ['hours in summer', { hours }, at('2026-07-15T06:00:00Z'), at('2026-07-15T05:59:00Z')],
    [
      'hours elsewhere',
      { hours: { ...hours, time_zone: 'Asia/Kathmandu' } },
      at('2026-01-14T02:15:00Z'),
      at('2026-01-14T12:15:00Z'),
    ],
    ['outside hours', { outside_hours: hours }, at('2026-01-14T17:00:00Z'), at('2026-01-14T16:59:00Z')],
    [
      'content_flags',
      { content_flags: { minimum: 2 } },
      refundOf(50, { contentFlags: 2 }),
      refundOf(50, { contentFlags: 1 }),
    ],
  ])('%s, both ways [policy.conditions]', (_, when, one, other) => {
    expect([holds(when, one), holds(when, other)]).toEqual([true, false]);
  });

  test('environments, both ways [policy.conditions]', () => {
    expect(holds({ environments: ['staging', 'production'] }, REFUND)).toBe(true);
    expect(holds({ environments: ['staging'] }, REFUND)).toBe(false);
  });

  test.each<[string, When, PolicyEvent[], boolean]>([
    ['recent tools', { recent: { tools: ['get_*'], within: '10m' } }, [read(9 * MINUTE)], true],
    ['recent tools, too long ago', { recent: { tools: ['get_*'], within: '10m' } }, [read(10 * MINUTE)], false],
    ['other tools', { recent: { tools: ['list_*'], within: '10m' } }, [read(MINUTE)], false],
    ['refused ones', { recent: { tools: ['get_*'], within: '10m' } }, [read(MINUTE, { outcome: 'denied' })], false],
    ['of someone else', { recent: { tools: ['get_*'], within: '10m' } }, [read(MINUTE, { owner: 'p_2' })], false],
    [
      'through another agent',
      { recent: { tools: ['get_*'], within: '10m' } },
      [read(MINUTE, { client: 'c9', agent: 'x', run: null })],
      true,
    ],
    ['text from outside', { recent: { outside_text: true, within: '10m' } }, [read(MINUTE)], true],
    [
      'no text from outside',
      { recent: { outside_text: true, within: '10m' } },
      [read(MINUTE, { outside: false })],
      false,
    ],
    ['often enough', { recent: { outside_text: true, within: '10m', at_least: 2 } }, [read(1), read(2)], true],
    ['not often enough', { recent: { outside_text: true, within: '10m', at_least: 2 } }, [read(1)], false],
    ['the first time', { first_time_in: '1d' }, [], true],
    ['the first time in a day', { first_time_in: '1d' }, [ago(DAY, REFUND)], true],
    ['not the first time', { first_time_in: '1d' }, [ago(DAY - 1, REFUND)], false],
    ['the first that is served', { first_time_in: '1d' }, [ago(1, REFUND, { outcome: 'denied' })], true],
    ['the first of this tool', { first_time_in: '1d' }, [ago(1, callOf('commit_credit'))], true],
  ])('of the past: %s [policy.conditions]', (_, when, past, expected) => {
    expect(holds(when, REFUND, ...past)).toBe(expected);
  });

  test('risk and risk that adds up, both ways [policy.conditions]', () => {
    const factors = [{ id: 'some', score: 30 }];
    const risky = (when: When, ...past: PolicyEvent[]): boolean =>
      verdictOn({ rules: [allow(when)], factors }, REFUND, ...past).effect === 'allow';
    expect([risky({ risk: { minimum: 30 } }), risky({ risk: { minimum: 31 } })]).toEqual([true, false]);
    const added: When = { cumulative_risk: { minimum: 50, within: '1h' } };
    expect(risky(added, ago(59 * MINUTE, callOf('get_ticket'), { risk: 20 }))).toBe(true);
    expect(risky(added, ago(59 * MINUTE, callOf('get_ticket'), { risk: 19 }))).toBe(false);
    expect(risky(added, ago(HOUR, callOf('get_ticket'), { risk: 20 }))).toBe(false);
    expect(risky(added, ago(1, callOf('get_ticket'), { risk: 20, owner: 'p_2' }))).toBe(false);
    expect(risky(added, ago(1, callOf('get_ticket'), { risk: 20, outcome: 'denied' }))).toBe(false);
  });

  test('all that are given have to hold [policy.conditions]', () => {
    const when: When = { tools: ['commit_refund'], agents: ['tickets-agent'], task: 'unbound', hours };
    expect(holds(when, REFUND)).toBe(true);
    expect(holds(when, refundOf(50, { task: true }))).toBe(false);
    expect(holds({}, callOf('list_drafts'))).toBe(true);
  });
});

type Constraint = NonNullable<When['arguments']>[number];

/** What becomes of constraints on one call; `none` where they are no business of the tool. */
function verdictOf(tool: string, values: PolicyCall['arguments'], ...list: Constraint[]): Verdict | 'none' {
  const { compiled } = policyOf({ rules: [deny({ arguments: list })] });
  const program = compiled.programs.get(tool);
  const rule = program?.rules[0];
  if (!program || !rule) return 'none';
  const call = callOf(tool, { arguments: values });
  const verdicts = rule.tests.map((each) => each.run(stateOf(program, call, historyOf([], call))));
  return verdicts.includes('no') ? 'no' : verdicts.includes('unclear') ? 'unclear' : 'yes';
}

describe('a constraint', () => {
  test.each<[Omit<Constraint, 'pointer'>, PolicyCall['arguments'][string], Verdict]>([
    [{ minimum: 5 }, 5, 'yes'],
    [{ minimum: 5 }, 4.9, 'no'],
    [{ maximum: 5 }, 5, 'yes'],
    [{ maximum: 5 }, 5.1, 'no'],
    [{ minimum: 2, maximum: 5 }, 6, 'no'],
    [{ maximum: 5 }, '4', 'unclear'],
    [{ maximum: 5 }, null, 'unclear'],
    [{ maximum: 5 }, [4], 'unclear'],
    [{ enum: ['EUR', 5, true] }, 'EUR', 'yes'],
    [{ enum: ['EUR', 5, true] }, 5, 'yes'],
    [{ enum: ['EUR', 5, true] }, true, 'yes'],
    [{ enum: ['EUR', 5, true] }, '5', 'no'],
    [{ enum: ['EUR'] }, 'eur', 'no'],
    [{ enum: ['EUR'] }, ['EUR'], 'unclear'],
    [{ enum: ['EUR'] }, null, 'unclear'],
    [{ prefix: 'C1' }, 'C12', 'yes'],
    [{ prefix: 'C1' }, 'c12', 'no'],
    [{ prefix: 'C1' }, 12, 'unclear'],
    [{ max_length: 2 }, 'ab', 'yes'],
    [{ max_length: 2 }, 'abc', 'no'],
    [{ max_length: 1 }, '🍵', 'yes'],
    [{ min_length: 1 }, '', 'no'],
    [{ min_length: 2 }, ['a', 'b'], 'yes'],
    [{ max_length: 1 }, ['a', 'b'], 'no'],
    [{ max_length: 5 }, { length: 5 }, 'yes'],
    [{ max_length: 5 }, { length: 6 }, 'no'],
    [{ max_length: 5 }, { length: '5' }, 'unclear'],
    [{ max_length: 5 }, 5, 'unclear'],
    [{ max_length: 5 }, null, 'unclear'],
    [{ prefix: 'C', max_length: 2 }, 'C1', 'yes'],
    [{ prefix: 'C', max_length: 2 }, 'C12', 'no'],
    // One part that does not hold is enough, whichever it is.
    [{ maximum: 5, enum: ['EUR'] }, 'CHF', 'no'],
    [{ maximum: 5, enum: ['EUR'] }, 'EUR', 'unclear'],
    [{ prefix: 'C', max_length: 1 }, ['C', 'D'], 'no'],
  ])('%j on %j: %s [policy.conditions]', (constraint, value, expected) => {
    expect(verdictOf('commit_refund', { amount: value }, { pointer: '/amount', ...constraint })).toBe(expected);
  });

  test('on an argument that is not there does not hold, and one that a tool never has is none of its business [policy.conditions]', () => {
    const constraint = { pointer: '/amount', maximum: 5 };
    expect(verdictOf('commit_refund', {}, constraint)).toBe('no');
    expect(verdictOf('commit_update', {}, constraint)).toBe('none');
    expect(verdictOf('commit_refund', {}, { pointer: '/constructor', min_length: 0 })).toBe('none');
    expect(verdictOf('commit_refund', {}, { pointer: '/__proto__', min_length: 0 })).toBe('none');
  });

  test.each<[string, PolicyCall['arguments'], Verdict]>([
    ['/order/total', { order: { total: 5 } }, 'yes'],
    ['/order/total', { order: { total: 6 } }, 'no'],
    ['/order/total', { order: {} }, 'no'],
    ['/order/total', { order: 'total' }, 'no'],
    ['/order/0', { order: [5] }, 'yes'],
    ['/order/1', { order: [5] }, 'no'],
    ['/order/00', { order: [5] }, 'no'],
    ['/order/-', { order: [5] }, 'no'],
    ['/order/length', { order: [5] }, 'no'],
    ['/order/constructor', { order: {} }, 'no'],
  ])('leads by its pointer %s into %j: %s [policy.conditions]', (pointer, values, expected) => {
    expect(verdictOf('commit_refund', values, { pointer, maximum: 5 })).toBe(expected);
  });

  test('reads names with slashes and tildes [policy.conditions]', () => {
    const constraint = { pointer: '/a~1b~0c', enum: ['x'] };
    expect(verdictOf('get_ticket', { 'a/b~c': 'x' }, constraint)).toBe('yes');
    expect(verdictOf('get_ticket', { 'a/b~c': 'y' }, constraint)).toBe('no');
  });

  test('that is unclear restricts and never allows [policy.conditions]', () => {
    const when: When = { tools: ['commit_refund'], arguments: [{ pointer: '/amount', maximum: 100 }] };
    const odd = callOf('commit_refund', { arguments: { amount: '5' } });
    expect(verdictOn({ rules: [allow(when)] }, odd).rules).toEqual(['no-rule']);
    expect(verdictOn({ rules: [allow(), deny(when)] }, odd)).toMatchObject({ effect: 'deny', rules: ['take'] });
    const limit = { id: 'l', when, per: 'owner', window: '1d', maximum: 0, exceeded: 'deny' } as const;
    expect(verdictOn({ rules: [allow()], limits: [limit] }, odd)).toMatchObject({ effect: 'deny', rules: ['l'] });
    const factors = [{ id: 'f', when, score: 7 }];
    expect(verdictOn({ rules: [allow()], factors }, odd).risk.score).toBe(7);
    // What surely does not hold outweighs what is unclear.
    const elsewhere: When = { ...when, agents: ['crm-agent'] };
    expect(verdictOn({ rules: [allow(), deny(elsewhere)] }, odd).effect).toBe('allow');
  });
});

test('patterns name tools, and are found in no time [policy.conditions]', () => {
  expect(namedTools(['commit_re*', 'get_ticket'], CATALOGUE)).toEqual(['commit_refund', 'get_ticket']);
  expect(namedTools(['*'], CATALOGUE)).toHaveLength(CATALOGUE.size);
  expect(namedTools(['commit_', 'refund', 'ommit*'], CATALOGUE)).toEqual([]);
  expect(namedTools([`${'*'.repeat(62)}x`], CATALOGUE)).toEqual([]);
});

test('conditions of what is said of contracts need no look at a call [policy.conditions]', () => {
  const tool = CATALOGUE.get('commit_refund');
  if (!tool) throw new Error('There is no such tool.');
  const compiling = {
    tool,
    catalogue: CATALOGUE,
    environment: 'production',
    zone: () => {
      throw new Error('unasked');
    },
    measure: () => 0,
  };
  const when: When = { tools: ['*'], kinds: ['commit'], actions: ['refund'], contexts: ['tickets'], ships: false };
  expect(compileConditions(when, compiling)).toEqual([]);
});
