import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { HourCount } from '../../src/audit/audit-counts.ts';
import { activityChart, firstHour } from '../../src/console/pages/activity-chart.ts';
import { NOON } from '../support/rows.ts';
import { faultsOf, structureOf } from './structure.ts';

const LAST = Math.floor(NOON / 3_600_000);
const count = (overrides: Partial<HourCount> = {}): HourCount => ({
  agent: 'support-agent',
  hour: LAST,
  calls: 4,
  denials: 1,
  ...overrides,
});
const chart = (counts: readonly HourCount[]): string => activityChart(counts, NOON).text;
const numbersOf = (text: string, what: 'calls' | 'denials', attribute: string): number[] =>
  [...text.matchAll(new RegExp(`class="${what}"[^>]*? ${attribute}="([^"]+)"`, 'g'))].map(([, value]) => Number(value));

const counts = fc.uniqueArray(
  fc
    .record({
      agent: fc.constantFrom('support-agent', 'lookup-agent'),
      hour: fc.integer({ min: firstHour(NOON), max: LAST }),
      calls: fc.nat(1_000_000),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ share, ...rest }) => ({ ...rest, denials: Math.floor(rest.calls * share) })),
  { selector: ({ agent, hour }) => `${agent} ${hour}` },
);

describe('calls and denials over time', () => {
  test('shows the running hour and the 23 before it', () => {
    expect(firstHour(NOON)).toBe(LAST - 23);
    const shown = chart([count({ hour: LAST - 23 }), count()]);
    expect(numbersOf(shown, 'calls', 'x')).toEqual([1, 231]);
    expect(chart([count({ hour: LAST - 24 }), count({ hour: LAST + 1 })])).toContain('No agent did anything');
  });

  test('says in words what it draws: per agent, per bar and in a table', () => {
    const shown = chart([count(), count({ hour: LAST - 1, calls: 1, denials: 0 })]);
    expect(shown).toContain('<b>support-agent</b> 5 calls, 1 denied');
    expect(shown).toContain('<title>12:00 UTC: 4 calls, 1 denied</title>');
    expect(shown).toContain('<title>11:00 UTC: 1 call, 0 denied</title>');
    expect(shown).toMatch(/<svg[^>]*role="img"[^>]*aria-labelledby="chart-0-title chart-0-desc"/);
    for (const id of ['title id="chart-0-title"', 'desc id="chart-0-desc"']) expect(shown).toContain(`<${id}>`);
    expect(shown.replaceAll(/\s*\n\s*/g, '')).toMatch(
      /<th scope="row">12:00<\/th><td>support-agent<\/td><td>4<\/td><td>1<\/td>/,
    );
  });

  test('draws calls and denials at one scale, for all agents alike', () => {
    const shown = chart([count({ calls: 100, denials: 50 }), count({ agent: 'lookup-agent', calls: 50, denials: 25 })]);
    expect(numbersOf(shown, 'calls', 'height')).toEqual([40, 20]);
    expect(numbersOf(shown, 'denials', 'height')).toEqual([20, 10]);
  });

  test('tells them apart by place and filling, and draws no denial where there is none', () => {
    const shown = chart([count()]);
    expect(numbersOf(shown, 'calls', 'y')[0]).toBeLessThan(40);
    expect(numbersOf(shown, 'denials', 'y')[0]).toBeGreaterThanOrEqual(40);
    expect(shown).toMatch(/class="denials"[^>]*fill="none"/);
    expect(chart([count({ denials: 0 })])).not.toContain('class="denials"');
  });

  test('is well-formed, stays inside its drawing and shows whatever happened at all', () => {
    fc.assert(
      fc.property(counts, (some) => {
        const shown = chart(some);
        expect(faultsOf(shown)).toEqual([]);
        expect(shown).not.toMatch(/style=|NaN|Infinity|undefined/);
        const height = Number(/viewBox="0 0 240 ([0-9.]+)"/.exec(shown)?.[1] ?? 0);
        const [ups, downs] = [numbersOf(shown, 'calls', 'height'), numbersOf(shown, 'denials', 'height')];
        expect(ups.every((up) => up >= 0 && up <= 40)).toBe(true);
        expect(downs.every((down) => down >= 2 && 41 + down <= height)).toBe(true);
        expect(downs).toHaveLength(some.filter(({ denials }) => denials > 0).length);
      }),
    );
  });

  test("an agent's name brings in no element", () => {
    const plain = structureOf(chart([count()]));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (agent) => {
        expect(structureOf(chart([count({ agent })]))).toEqual(plain);
      }),
    );
  });
});
