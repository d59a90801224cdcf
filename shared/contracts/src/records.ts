import * as z from 'zod';

/** Letters, digits, `-` and `_`: an identifier that cannot be mistaken for anything else, in any place. */
export const recordId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/);

/** Calendar date, `YYYY-MM-DD`. */
export const calendarDate = z.iso.date();

/** ISO 4217 code. */
export const currency = z.string().regex(/^[A-Z]{3}$/);

/** An amount in the minor unit of its currency (ISO 4217: cents for EUR, whole yen for JPY). */
export const money = z.strictObject({ amount: z.int(), currency });
export type Money = z.infer<typeof money>;

/** Where a listing goes on. Opaque, and of use to nobody but the client that it was given to. */
export const cursor = z
  .string()
  .max(1024)
  .regex(/^[A-Za-z0-9_.-]+$/)
  .describe('nextCursor of the page before.');

/** Most records on one page. */
export const PAGE_MAX = 20;
