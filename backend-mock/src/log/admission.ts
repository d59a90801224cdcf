import { isSeal, type EntrySeal } from '../writers/entry-seal.ts';
import { claimOf, type Claim } from '../writers/sealed-entry.ts';
import type { WaitingEntry } from './log-repository.ts';

/**
 * Why a row gets no place in the log.
 *
 * - `not_an_entry`: what it holds cannot be read as an entry, or is not the entry that the row is named after.
 * - `wrong_environment`: it is an entry of another environment.
 * - `unproven`: nothing shows that a process with the log's key wrote it.
 * - `number_repeated`: its writer's entry of this number has its place already.
 * - `too_late`: it is of a version that no process writes any more, and the log has newer ones.
 */
export type RefusedBecause = 'not_an_entry' | 'wrong_environment' | 'unproven' | 'number_repeated' | 'too_late';

export interface RefusedRow {
  readonly row: WaitingEntry;
  readonly because: RefusedBecause;
}

/** Entries of one writer that must have been there, and are not. */
export interface Gap {
  readonly writer: string;
  readonly from: number;
  readonly to: number;
}

/** A row, and what it says of itself; undefined where it is no entry. */
export interface ReadRow {
  readonly row: WaitingEntry;
  readonly claim: Claim | undefined;
}

export const readRows = (rows: readonly WaitingEntry[]): ReadRow[] =>
  rows.map((row) => ({ row, claim: claimOf(row.entry) }));

/** Everybody who says to have written one of these. */
export const writersOf = (rows: readonly ReadRow[]): string[] => [
  ...new Set(rows.flatMap(({ claim }) => (claim?.writer ? [claim.writer.id] : []))),
];

/** What of the rows that wait belongs into the log. */
export interface Admission {
  readonly admitted: readonly WaitingEntry[];
  readonly refused: readonly RefusedRow[];
  readonly gaps: readonly Gap[];
  /** How many entries each of these writers has in the log then. */
  readonly numbers: ReadonlyMap<string, number>;
}

export interface AdmissionTerms {
  readonly seal: EntrySeal;
  readonly environment: string;
  /** Whether entries of version 1 can still come: the log has no newer one. */
  readonly takesOld: boolean;
  /** How many entries of a writer have their place. */
  readonly numberOf: (writer: string) => number;
}

/**
 * Looks at rows in the order of writing. Within one lane that is the order of its numbers as well: its next transaction
 * begins when the one before is in the store.
 */
export function admit(rows: readonly ReadRow[], terms: AdmissionTerms): Admission {
  const numbers = new Map<string, number>();
  const [admitted, refused, gaps]: [WaitingEntry[], RefusedRow[], Gap[]] = [[], [], []];
  let { takesOld } = terms;
  for (const read of rows) {
    const { row } = read;
    const writer = read.claim?.writer;
    const number = writer ? (numbers.get(writer.id) ?? terms.numberOf(writer.id)) : 0;
    const because = refusalOf(read, { ...terms, takesOld }, number);
    if (because) {
      refused.push({ row, because });
      continue;
    }
    admitted.push(row);
    if (!writer) continue;
    takesOld = false;
    if (writer.number > number + 1) gaps.push({ writer: writer.id, from: number + 1, to: writer.number - 1 });
    numbers.set(writer.id, writer.number);
  }
  return { admitted, refused, gaps, numbers };
}

function refusalOf(
  { row: { audit_id: auditId, entry, mac }, claim }: ReadRow,
  { seal, environment, takesOld }: AdmissionTerms,
  number: number,
): RefusedBecause | undefined {
  if (claim?.auditId !== auditId) return 'not_an_entry';
  if (claim.environment !== environment) return 'wrong_environment';
  const bytes = Buffer.from(entry);
  const { writer } = claim;
  if (!isSeal(mac, writer ? seal.entry(bytes, writer) : seal.adopted(bytes))) return 'unproven';
  if (!writer) return takesOld ? undefined : 'too_late';
  return writer.number > number ? undefined : 'number_repeated';
}
