import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { digestOfJson } from '@narrow-deputies/signing';
import type { AuditEntry } from './entry.ts';

const TEXT_MAX = 200;
const ITEMS_MAX = 16;

/**
 * What is left of an entry that is larger than the log takes, or that holds text which cannot be stored: who, when, what and
 * how it ended, with the digest of the whole. It is for what had no effect; an effect needs its whole entry.
 */
export function cutEntry(entry: AuditEntry): AuditEntry {
  const { policy } = entry.decisionInput;
  return {
    ...entry,
    requestId: cut(entry.requestId),
    run: cut(entry.run),
    client: cut(entry.client),
    source: cut(entry.source),
    tool: cut(entry.tool) ?? '',
    plan: cut(entry.plan),
    task: cut(entry.task),
    host: null,
    rules: entry.rules.slice(0, ITEMS_MAX).map((rule) => cut(rule) ?? ''),
    approvals: entry.approvals.slice(0, ITEMS_MAX),
    decisionInput: typeof policy === 'string' ? { policy: cut(policy) } : {},
    risk: null,
    details: { cut: true, digest: digestOfWhole(entry), ...kept(entry.details) },
  };
}

const cut = (text: string | null): string | null => text && text.slice(0, TEXT_MAX).toWellFormed();

const isShort = ([name, value]: [string, JsonValue]): boolean =>
  name.length <= TEXT_MAX &&
  (typeof value === 'string' ? value.length <= TEXT_MAX && value.isWellFormed() : typeof value !== 'object');

/** Details that are short already, as far as they are facts and not lists of them. */
const kept = ({ cut: _cut, digest: _digest, ...details }: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(details).filter(isShort).slice(0, ITEMS_MAX));

/** Null where the whole cannot be written down at all. */
function digestOfWhole(entry: AuditEntry): string | null {
  try {
    return digestOfJson(entry as unknown as JsonObject);
  } catch {
    return null;
  }
}
