import type { JsonObject } from '@narrow-deputies/contracts';

/** Stands among the rules of an entry that holds a server's own word, and of no other. */
export const SELF_REPORTED = 'self-reported';

type Said = { readonly kind?: unknown; readonly details?: JsonObject | undefined };

/** How many refusals an entry stands for: what a server says that it refused by itself, or 1. Pure. */
export function refusalsOf({ kind, details }: Said): number {
  const count = kind === 'report' ? details?.['count'] : undefined;
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 1 ? count : 1;
}

/** Whether an entry is a server's own word about what it refused, which the backend neither saw nor decided. Pure. */
export const isSelfReported = ({ kind, rules }: { readonly kind?: unknown; readonly rules?: unknown }): boolean =>
  kind === 'report' && Array.isArray(rules) && rules.includes(SELF_REPORTED);

/** What a list adds to how such an entry ended, so that nobody takes it for the backend's own denial; else nothing. Pure. */
export function selfReportedWords(entry: JsonObject): string {
  if (!isSelfReported(entry)) return '';
  const count = refusalsOf({ kind: entry['kind'], details: entry['details'] as JsonObject | undefined });
  return count === 1 ? ', says the server' : `, ${count} times, says the server`;
}
