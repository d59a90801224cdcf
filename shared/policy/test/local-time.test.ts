import { describe, expect, test } from '@jest/globals';
import { isTimeZone } from '../src/index.ts';
import { DAYS, nextTime, within, Zone, type Hours } from '../src/engine/local-time.ts';

const at = (zone: string, instant: string): string => {
  const { day, minute } = new Zone(zone).at(Date.parse(instant));
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${DAYS[day]} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
};

describe('the wall clock', () => {
  // By Directive 2000/84/EC, the U.S. Energy Policy Act of 2005, and the Standard Time Act of New South Wales.
  test.each([
    ['Europe/Berlin', '2026-03-29T00:59:59.999Z', 'sun 01:59'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 'sun 03:00'],
    ['Europe/Berlin', '2026-10-25T00:59:59.999Z', 'sun 02:59'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', 'sun 02:00'],
    ['America/New_York', '2026-03-08T06:59:59.999Z', 'sun 01:59'],
    ['America/New_York', '2026-03-08T07:00:00Z', 'sun 03:00'],
    ['America/New_York', '2026-11-01T05:59:59.999Z', 'sun 01:59'],
    ['America/New_York', '2026-11-01T06:00:00Z', 'sun 01:00'],
    ['Australia/Lord_Howe', '2026-04-04T14:59:59.999Z', 'sun 01:59'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 'sun 01:30'],
    ['Australia/Lord_Howe', '2026-10-03T15:29:59.999Z', 'sun 01:59'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z', 'sun 02:30'],
    ['Asia/Kathmandu', '2026-12-31T18:14:59.999Z', 'thu 23:59'],
    ['Asia/Kathmandu', '2026-12-31T18:15:00Z', 'fri 00:00'],
    ['Pacific/Kiritimati', '2026-01-01T10:00:00Z', 'fri 00:00'],
    ['Etc/UTC', '1969-12-31T23:59:00Z', 'wed 23:59'],
  ])('of %s at %s shows %s [policy.wall-clock]', (zone, instant, shown) => {
    expect(at(zone, instant)).toBe(shown);
  });

  test('changes on quarters of an hour alone, in every zone for years [policy.wall-clock]', () => {
    const step = 15 * 60_000;
    const from = Date.parse('2023-01-01T00:00:00Z') / step;
    const week = 7 * 24 * 4;
    const odd: string[] = [];
    let changes = 0;
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
      const offset = (time: number): string => format.format(time).split(' ').at(-1) ?? '';
      for (let slot = from; slot < from + 400 * week; slot += week) {
        let [low, high] = [slot, slot + week];
        const before = offset(low * step);
        if (!/GMT(?:[+-]\d\d:(?:00|15|30|45))?$/.test(before)) odd.push(`${zone} ${before}`);
        if (before === offset(high * step)) continue;
        while (high - low > 1) {
          const middle = Math.floor((low + high) / 2);
          if (offset(middle * step) === before) low = middle;
          else high = middle;
        }
        changes += 1;
        if (offset(high * step - 1000) !== before) odd.push(`${zone} at ${new Date(high * step).toISOString()}`);
      }
    }
    expect(odd).toEqual([]);
    expect(changes).toBeGreaterThan(100);
  });

  test('has zones, and no others [policy.wall-clock]', () => {
    expect(['Europe/Berlin', 'Asia/Kathmandu', 'UTC'].map(isTimeZone)).toEqual([true, true, true]);
    expect(['Europe/Atlantis', '', 'Berlin', 'Europe/Berlin '].map(isTimeZone)).toEqual([false, false, false, false]);
    expect(() => new Zone('Europe/Atlantis')).toThrow(RangeError);
  });

  test('forgets nothing, however many times are asked for [policy.wall-clock]', () => {
    const zone = new Zone('Europe/Berlin');
    const first = Date.parse('2026-01-01T00:00:00Z');
    const shown = Array.from({ length: 5000 }, (_, slot) => zone.at(first + slot * 900_000).minute);
    expect(Array.from({ length: 5000 }, (_, slot) => zone.at(first + slot * 900_000).minute)).toEqual(shown);
  });
});

const hours = (days: string, from: number, to: number): Hours => ({
  days: new Set(days.split(' ').map((day) => DAYS.findIndex((each) => each === day))),
  from: from * 60,
  to: to * 60,
});

describe('hours', () => {
  test.each<[Hours, string, number, boolean]>([
    [hours('mon', 8, 18), 'mon', 8, true],
    [hours('mon', 8, 18), 'mon', 7.99, false],
    [hours('mon', 8, 18), 'mon', 17.99, true],
    [hours('mon', 8, 18), 'mon', 18, false],
    [hours('mon', 8, 18), 'tue', 12, false],
    [hours('mon', 22, 6), 'mon', 22, true],
    [hours('mon', 22, 6), 'mon', 5, false],
    [hours('mon', 22, 6), 'tue', 5.99, true],
    [hours('mon', 22, 6), 'tue', 6, false],
    [hours('mon', 22, 6), 'tue', 22, false],
    [hours('sat', 22, 6), 'sun', 5, true],
    [hours('sun', 0, 24), 'sun', 0, true],
    [hours('sun', 0, 24), 'sun', 23.99, true],
    [hours('sun', 0, 24), 'mon', 0, false],
    [hours('mon', 8, 8), 'mon', 8, false],
    [hours('mon', 8, 8), 'tue', 7, false],
  ])('%j: %s at %d is %s [policy.wall-clock]', (its, day, hour, expected) => {
    const local = { day: DAYS.findIndex((each) => each === day), minute: Math.floor(hour * 60) };
    expect(within(its, local)).toBe(expected);
  });

  test('come again at the minute, over the nights in which clocks move [policy.wall-clock]', () => {
    const berlin = new Zone('Europe/Berlin');
    const next = (its: Hours, from: string, inside = true): string | undefined => {
      const time = nextTime(berlin, its, Date.parse(from), inside);
      return time === null ? undefined : new Date(time).toISOString();
    };
    const daily = 'sun mon tue wed thu fri sat';
    expect(next(hours(daily, 8, 18), '2026-03-28T20:00:00Z')).toBe('2026-03-29T06:00:00.000Z');
    expect(next(hours(daily, 8, 18), '2026-03-27T20:00:00Z')).toBe('2026-03-28T07:00:00.000Z');
    expect(next(hours(daily, 8, 18), '2026-03-28T12:00:00Z', false)).toBe('2026-03-28T17:00:00.000Z');
    // Half past two comes twice in autumn, and not at all in spring.
    expect(next({ ...hours('sun', 2, 3), from: 150 }, '2026-10-25T00:45:00Z')).toBe('2026-10-25T01:30:00.000Z');
    expect(next({ ...hours('sun', 2, 3), from: 150 }, '2026-03-29T00:45:00Z')).toBe('2026-04-05T00:30:00.000Z');
    expect(next({ ...hours('mon', 8, 18), from: 487, to: 489 }, '2026-01-12T07:08:00Z', false)).toBe(
      '2026-01-12T07:09:00.000Z',
    );
    expect(next(hours('mon', 8, 8), '2026-01-12T07:00:00Z')).toBeUndefined();
    expect(next(hours(daily, 0, 24), '2026-01-12T07:00:00Z', false)).toBeUndefined();
  });
});
