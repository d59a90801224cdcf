import { isSeal, type EntrySeal, type EntryWriter } from './entry-seal.ts';

/** What an entry says about itself; undefined for what is no entry. */
export interface Claim {
  readonly auditId: string;
  readonly environment: string;
  /** Undefined for an entry of version 1, which has none. */
  readonly writer: EntryWriter | undefined;
}

const ID = /^[0-9a-f]{16}\.\d{1,6}$/;

/** Reads who wrote an entry, by its own words. */
export function claimOf(entry: string): Claim | undefined {
  let said: {
    v?: unknown;
    auditId?: unknown;
    environment?: unknown;
    writer?: { id?: unknown; number?: unknown } | null;
  };
  try {
    said = (JSON.parse(entry) as typeof said | null) ?? {};
  } catch {
    return undefined;
  }
  const { v, auditId, environment, writer } = said;
  if (typeof auditId !== 'string' || typeof environment !== 'string') return undefined;
  if (v === 1 && writer === undefined) return { auditId, environment, writer: undefined };
  const { id, number } = writer ?? {};
  const isWriter = typeof id === 'string' && ID.test(id) && Number.isSafeInteger(number) && Number(number) > 0;
  return v === 2 && isWriter ? { auditId, environment, writer: { id, number: Number(number) } } : undefined;
}

/** Whether a process with the log's key wrote an entry, or took it over when entries began to have writers. */
export function isSealedEntry(seal: EntrySeal, entry: Buffer, mac: string | null): boolean {
  const claim = claimOf(entry.toString('utf8'));
  if (!claim) return false;
  return isSeal(mac, claim.writer ? seal.entry(entry, claim.writer) : seal.adopted(entry));
}
