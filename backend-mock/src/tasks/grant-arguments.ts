import { currency } from '@narrow-deputies/contracts/crm';
import { minorUnitDigits } from '@narrow-deputies/contracts/currencies';
import * as z from 'zod';
import { currencyOf, parseAmount } from '../data/amounts.ts';
import type { TaskSum, TaskTerms } from './task.ts';

/** One line without control characters. */
const line = (maximum: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(maximum)
    .regex(/^[^\p{Cc}]*$/u);

const isoCurrency = currency.refine((code) => minorUnitDigits(code) !== undefined, 'No currency.');

const asked = z.strictObject({
  clientId: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(64),
  tools: z
    .array(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/))
    .min(1)
    .max(16)
    .refine((list) => new Set(list).size === list.length, 'Each tool once.'),
  resourceType: z.string().regex(/^[a-z]{1,32}$/),
  resourceId: line(200),
  /** Decimal, as its person wrote it: `50.00`. */
  upTo: z.string().max(32).optional(),
  currency: isoCurrency.optional(),
  uses: z.int().min(1).max(1000).optional(),
  /** RFC 3339 in UTC with milliseconds. Said in full, so that it is signed. */
  expiresAt: z.iso.datetime({ precision: 3 }),
  reason: line(500),
});

/** What `grant_task` takes, and what a stored signature is read as again: the terms that it says yes to. */
export const grantTaskArguments = asked.transform((args, context): TaskTerms => {
  const fault = (path: string, message: string): null => {
    context.issues.push({ code: 'custom', path: [path], message, input: args });
    return null;
  };
  return {
    clientId: args.clientId,
    tools: args.tools.toSorted(),
    resource: { type: args.resourceType, id: args.resourceId },
    sum: readSum(args.upTo, args.currency, fault),
    usesMaximum: args.uses ?? null,
    reason: args.reason,
    expiresAt: Date.parse(args.expiresAt),
  };
});

function readSum(
  upTo: string | undefined,
  code: string | undefined,
  fault: (path: string, message: string) => null,
): TaskSum | null {
  if (upTo === undefined && code === undefined) return null;
  if (upTo === undefined) return fault('upTo', 'A currency belongs to a sum.');
  if (code === undefined) return fault('currency', 'A sum has a currency, like EUR.');
  const amount = parseAmount(upTo, currencyOf(code));
  if (!amount.ok) return fault('upTo', amount.message);
  return amount.minor > 0 ? { maximum: amount.minor, currency: code } : fault('upTo', 'More than nothing.');
}
