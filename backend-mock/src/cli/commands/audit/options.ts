import { InvalidArgumentError } from 'commander';
import { rfc3339 } from '../../../common/clock.ts';

/** Parses a whole number from 1 to `most`. */
export const wholeNumber =
  (most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^[1-9]\d*$/.test(text) && value <= most) return value;
    throw new InvalidArgumentError(`A whole number from 1 to ${most}.`);
  };

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `24h`, `30m` or `7d` before now. @returns RFC 3339. */
export function ago(text: string): string {
  const [, count, unit] = /^([1-9]\d{0,3})([mhd])$/.exec(text) ?? [];
  if (count !== undefined && (unit === 'm' || unit === 'h' || unit === 'd')) {
    return rfc3339(Date.now() - Number(count) * UNITS[unit]);
  }
  throw new InvalidArgumentError('A time is written like 30m, 24h or 7d.');
}

const MOMENT = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d))?$/;

/** RFC 3339, or a day, which begins at midnight UTC. @returns RFC 3339 in UTC. */
export function moment(text: string): string {
  const time = MOMENT.test(text) ? Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text) : Number.NaN;
  if (Number.isFinite(time)) return rfc3339(time);
  throw new InvalidArgumentError('A time is written like 2026-11-20T12:00:00Z (RFC 3339), or a day like 2026-11-20.');
}

/** Collects `--tool a --tool b`, or `--tool a,b`. */
export const collect = (value: string, previous: readonly string[] = []): string[] => [
  ...previous,
  ...value.split(/[\s,]+/).filter(Boolean),
];
