/**
 * The forms that blogs write: a date alone; RFC 3339 with `T` or a space; minutes without seconds; an offset with or
 * without colon, with a space before it, or none.
 */
const DATE =
  /^(\d{4}-\d{2}-\d{2})(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?[ \t]*(?:[Zz]|UTC|[+-](\d{2})(?::?(\d{2}))?)?)?$/;

const within = (digits: string | undefined, max: number): boolean => digits === undefined || Number(digits) <= max;

/**
 * The calendar date of a timestamp, as its author wrote it: an offset does not move it to another day.
 *
 * @returns `YYYY-MM-DD`, or undefined when the text has another form or names no real day or time.
 */
export function calendarDate(text: string): string | undefined {
  const [, date, hour, minute, second, offsetHour, offsetMinute] = DATE.exec(text.trim()) ?? [];
  if (date === undefined) return undefined;
  // RFC 3339, section 5.6: second 60 is a leap second.
  if (!within(hour, 23) || !within(minute, 59) || !within(second, 60)) return undefined;
  if (!within(offsetHour, 23) || !within(offsetMinute, 59)) return undefined;
  const day = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date) ? date : undefined;
}
