import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { recordId } from '@narrow-deputies/contracts/crm';
import { ASSIGNEES, PRIORITIES, STATUSES, SUBJECT_MAX } from '@narrow-deputies/contracts/tickets';
import * as z from 'zod';
import { errorMessage } from '../common/error-code.ts';
import { showCell, type Remarks } from './faults.ts';

/** Longest text of one message, in UTF-16 units. */
const TEXT_MAX = 20_000;

/** Text as it came from outside: anything that the store can hold. */
const outsideText = (most: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => !text.includes('\0') && text.isWellFormed(), 'Holds a NUL character or half a character.');

const entry = z
  .strictObject({
    from: z.enum(['customer', 'staff']),
    kind: z.enum(['message', 'reply', 'note']),
    at: z.iso.datetime().transform((text) => Date.parse(text)),
    text: outsideText(TEXT_MAX),
  })
  .refine(
    ({ from, kind }) => (from === 'customer') === (kind === 'message'),
    'Customers write messages; staff write replies and notes.',
  );

const ticket = z.strictObject({
  id: recordId,
  customerId: recordId,
  subject: outsideText(SUBJECT_MAX),
  status: z.enum(STATUSES),
  priority: z.enum(PRIORITIES),
  assignee: z.enum(ASSIGNEES).nullable(),
  messages: z
    .array(entry)
    .min(1)
    .refine((all) => all.every(({ at }, index) => at >= (all[index - 1]?.at ?? 0)), 'Are in the order of their times.'),
});

/** A ticket with its thread, oldest message first; times in milliseconds. */
export type TicketRecord = z.infer<typeof ticket>;

/** Who has these ids. */
interface Known {
  has(id: string): boolean;
}

/**
 * Reads tickets from a JSON file: an array of `{id, customerId, subject, status, priority, assignee, messages}`.
 *
 * @param customers those that a ticket may name.
 * @returns what of it can be used; every fault goes to `faults`, with the line or a JSON pointer to the place.
 */
export async function readTickets(file: string, customers: Known, faults: Remarks): Promise<TicketRecord[]> {
  const values = parseArray(file, await readFile(file), faults);
  const seen = new Set<string>();
  return values.flatMap((value, index) => {
    const fault = (path: readonly PropertyKey[], reason: string): void =>
      faults.add({ file, column: `/${[index, ...path].join('/')}`, message: reason });
    const parsed = ticket.safeParse(value);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) fault(issue.path, wordsOf(issue));
      return [];
    }
    const { id, customerId } = parsed.data;
    if (seen.has(id)) fault(['id'], `The id "${id}" stands in the file already.`);
    if (!customers.has(customerId)) fault(['customerId'], `There is no customer "${customerId}".`);
    seen.add(id);
    return [parsed.data];
  });
}

function parseArray(file: string, bytes: Buffer, faults: Remarks): unknown[] {
  const text = bytes.toString('utf8');
  let line: number | undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (isUtf8(bytes) && Array.isArray(value)) return value;
  } catch (error) {
    // The message itself repeats what stands there.
    const [, position] = /at position (\d+)/.exec(errorMessage(error)) ?? [];
    line = text.slice(0, position === undefined ? text.length : Number(position)).split('\n').length;
  }
  faults.add({ file, line, message: 'Is not a JSON array in UTF-8.' });
  return [];
}

const wordsOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys' ? `Has unknown fields: ${issue.keys.map(showCell).join(', ')}.` : issue.message;
