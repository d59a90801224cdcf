import { readFile } from 'node:fs/promises';
import { recordId } from '@narrow-deputies/contracts/crm';
import { ASSIGNEES, PRIORITIES, STATUSES, SUBJECT_MAX } from '@narrow-deputies/contracts/tickets';
import { findNodeAtLocation, getNodeValue, parseTree, type Node, type ParseError } from 'jsonc-parser';
import * as z from 'zod';
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

/**
 * Reads tickets from a JSON file: an array of `{id, customerId, subject, status, priority, assignee, messages}`.
 *
 * @param customers the ids that a ticket may name.
 * @returns what of it can be used; every fault goes to `faults` with its line.
 */
export async function readTickets(file: string, customers: Known, faults: Remarks): Promise<TicketRecord[]> {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  const fault: SayFault = (offset, message, path = []) => {
    const line = text.slice(0, offset).split('\n').length;
    faults.add({ file, line, column: path.length > 0 ? `/${path.join('/')}` : undefined, message });
  };
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  const [error] = errors;
  if (error || tree?.type !== 'array') {
    fault(error?.offset ?? 0, 'Is not a JSON array.');
    return [];
  }
  return new TicketChecks(tree, customers, fault).all();
}

type Known = { readonly has: (id: string) => boolean };
type SayFault = (offset: number, reason: string, path?: readonly PropertyKey[]) => void;

class TicketChecks {
  readonly #tree: Node;
  readonly #customers: Known;
  readonly #fault: SayFault;
  readonly #seen = new Set<string>();

  constructor(tree: Node, customers: Known, fault: SayFault) {
    this.#tree = tree;
    this.#customers = customers;
    this.#fault = fault;
  }

  all(): TicketRecord[] {
    const values: unknown[] = getNodeValue(this.#tree);
    return values.flatMap((value, index) => this.#check(value, index) ?? []);
  }

  #check(value: unknown, index: number): TicketRecord | undefined {
    const parsed = ticket.safeParse(value);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) this.#say([index, ...issue.path], wordsOf(issue));
      return undefined;
    }
    const { id, customerId } = parsed.data;
    if (this.#seen.has(id)) this.#say([index, 'id'], `The id "${id}" stands in the file already.`);
    if (!this.#customers.has(customerId)) this.#say([index, 'customerId'], `There is no customer "${customerId}".`);
    this.#seen.add(id);
    return parsed.data;
  }

  #say(path: readonly PropertyKey[], reason: string): void {
    const segments = path.map((part) => (typeof part === 'number' ? part : String(part)));
    const node = findNodeAtLocation(this.#tree, segments) ?? this.#tree.children?.[Number(path[0])];
    this.#fault(node?.offset ?? 0, reason, path);
  }
}

const wordsOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys' ? `Has unknown fields: ${issue.keys.map(showCell).join(', ')}.` : issue.message;
