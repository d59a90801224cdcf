const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
export const DURATION = /^([1-9]\d{0,3})([smhd])$/;
/** The longest past that a policy may look at: 31 days. */
export const LONGEST_WINDOW = 31 * UNITS.d;

/** @param text such as `90s`, `10m`, `24h`, `7d`, as the schema accepted it. @returns milliseconds. */
export function durationMs(text: string): number {
  const [, digits = '', unit = 's'] = DURATION.exec(text) ?? [];
  return Number(digits) * UNITS[unit as keyof typeof UNITS];
}

/** @param text such as `08:30` or `24:00`. @returns minutes since midnight. */
export const minuteOfDay = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
};
