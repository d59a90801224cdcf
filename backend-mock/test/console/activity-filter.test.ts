import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { activityAddress, readFilter } from '../../src/console/pages/activity-filter.ts';

const TRACE = 'ab'.repeat(16);

describe('the filter of the activity page', () => {
  test('reads everything that its form sends', () => {
    const query = {
      agent: 'support-agent',
      owner: 'p_owner',
      tool: 'plan_*',
      outcome: 'refused',
      decision: 'deny',
      rule: 'check:scope',
      run: 'run-1',
      plan: 'plan-1',
      from: '2026-11-20T12:00',
      to: '2026-11-20T12:30:15',
      trace: TRACE,
      before: '17',
    };
    expect(readFilter(query)).toEqual({
      asked: query,
      search: {
        agent: 'support-agent',
        owner: 'p_owner',
        tools: ['plan_*'],
        outcome: 'refused',
        decision: 'deny',
        rule: 'check:scope',
        run: 'run-1',
        plan: 'plan-1',
        from: Date.UTC(2026, 10, 20, 12),
        to: Date.UTC(2026, 10, 20, 12, 30, 15),
        traceId: TRACE,
        before: 17,
      },
      faults: [],
    });
  });

  test('takes a field that was left empty for one that was not sent', () => {
    const { search, faults } = readFilter({ agent: '', tool: '', outcome: '', from: '', to: '', trace: '' });
    expect([faults, Object.values(search).filter((value) => value !== undefined)]).toEqual([[], []]);
  });

  test.each([
    ['agent', 'Support Agent'],
    ['tool', 'a b'],
    ['outcome', 'maybe'],
    ['decision', 'maybe'],
    ['owner', 'a\u0000b'],
    ['rule', 'r'.repeat(201)],
    ['run', 'a\nb'],
    ['plan', '\u202E'],
    ['from', '2026-02-30T12:00'],
    ['from', 'yesterday'],
    ['to', '2026-11-20'],
    ['trace', TRACE.toUpperCase()],
    ['before', '0'],
    ['before', '-1'],
    ['before', '9'.repeat(16)],
    ['else', 'x'],
    ['__proto__x', 'x'],
  ])('says in words what is wrong with %s=%s, and searches nothing', (name, value) => {
    const { search, faults } = readFilter({ [name]: value });
    expect(search).toEqual({});
    expect(faults).toEqual([expect.stringMatching(/^(The|A) .*\.$/)]);
    expect(faults.join()).not.toContain(value);
  });

  test('does not take a field that was sent twice', () => {
    const { asked, faults } = readFilter({ agent: ['a', 'b'] });
    expect([asked, faults.length]).toEqual([{}, 1]);
  });

  test('does not look for a time that ends before it begins', () => {
    const { faults } = readFilter({ from: '2026-11-20T12:00', to: '2026-11-20T11:59' });
    expect(faults).toEqual(['The first time comes before the last.']);
  });

  test('answers whatever an address says', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string()));
    const names = fc.constantFrom('agent', 'tool', 'outcome', 'from', 'to', 'trace', 'before', 'x', 'constructor');
    fc.assert(
      fc.property(fc.dictionary(names, value), (query) => {
        const { search, faults } = readFilter(query);
        if (faults.length > 0) expect(search).toEqual({});
      }),
    );
  });

  test('an address leads back to what it was made of', () => {
    const asked = { agent: 'support-agent', trace: TRACE, before: '3' };
    const { searchParams, pathname } = new URL(activityAddress(asked), 'http://localhost');
    expect([pathname, readFilter(Object.fromEntries(searchParams)).asked]).toEqual(['/activity', asked]);
    expect(activityAddress({})).toBe('/activity');
  });
});
