/** Days as policy names them, in the order of `Date.prototype.getUTCDay`. */
export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Day = (typeof DAYS)[number];

export interface LocalTime {
  /** 0 = Sunday. */
  readonly day: number;
  /** Minutes since local midnight by the wall clock. */
  readonly minute: number;
}

const MINUTE_MS = 60_000;
/** Offsets change on quarters of an hour alone, in every zone since 2023. */
const SLOT_MS = 15 * MINUTE_MS;
const SLOTS_KEPT = 2048;

/** @returns false for a name that is no IANA time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * The wall clock of one IANA time zone, daylight saving included. The offset is asked for once per quarter of an hour: a
 * formatter costs more than all the rest of a decision.
 */
export class Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  /** @throws RangeError for an unknown zone. */
  constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** @param time milliseconds since the epoch. */
  at(time: number): LocalTime {
    const local = new Date(time + this.#offset(time));
    return { day: local.getUTCDay(), minute: local.getUTCHours() * 60 + local.getUTCMinutes() };
  }

  /** Milliseconds that the wall clock is ahead of UTC. */
  #offset(time: number): number {
    const slot = Math.floor(time / SLOT_MS);
    const known = this.#offsets.get(slot);
    if (known !== undefined) return known;
    const start = slot * SLOT_MS;
    const parts = Object.fromEntries(this.#format.formatToParts(start).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - start;
    if (this.#offsets.size >= SLOTS_KEPT) this.#offsets.clear();
    this.#offsets.set(slot, offset);
    return offset;
  }
}

/**
 * Hours of some days, by the wall clock: `from` is included, `to` is not; where `to` comes first they reach into the next
 * day, and where both are the same there are none.
 */
export interface Hours {
  /** Numbers of days, 0 = Sunday. */
  readonly days: ReadonlySet<number>;
  /** Minutes since midnight. */
  readonly from: number;
  readonly to: number;
}

export function within({ days, from, to }: Hours, { day, minute }: LocalTime): boolean {
  if (from <= to) return days.has(day) && minute >= from && minute < to;
  return (days.has(day) && minute >= from) || (days.has((day + 6) % 7) && minute < to);
}

/** Fifteen days: an hour of one weekday that daylight saving skips comes a week later. */
const LOOK_AHEAD_SLOTS = 15 * 24 * 4;

/** @returns the first minute after `time` that is inside (or outside) these hours, in milliseconds; null for none. */
export function nextTime(zone: Zone, hours: Hours, time: number, inside: boolean): number | null {
  const first = Math.floor(time / SLOT_MS);
  for (let slot = first; slot < first + LOOK_AHEAD_SLOTS; slot++) {
    const { day, minute } = zone.at(slot * SLOT_MS);
    // Within a slot the wall clock runs on, and only these minutes can change anything.
    for (const edge of [minute, hours.from, hours.to].toSorted((a, b) => a - b)) {
      const at = slot * SLOT_MS + (edge - minute) * MINUTE_MS;
      const inSlot = edge >= minute && at < (slot + 1) * SLOT_MS && at > time;
      if (inSlot && within(hours, { day, minute: edge }) === inside) return at;
    }
  }
  return null;
}
