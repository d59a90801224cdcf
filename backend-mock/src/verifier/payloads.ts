import type { JsonObject } from '@narrow-deputies/contracts';
import { sha256Hex } from '@narrow-deputies/signing';
import * as z from 'zod';
import { ensure, Fault } from './fault.ts';
import type { LoggedEntry } from './logged-entry.ts';

const SALT_BYTES = 32;

const payloadLine = z.strictObject({
  index: z.number(),
  auditId: z.string(),
  salt: z.string().refine((salt) => {
    const bytes = Buffer.from(salt, 'base64url');
    return bytes.length === SALT_BYTES && bytes.toString('base64url') === salt;
  }),
  arguments: z.string().nullable(),
  result: z.string().nullable(),
});

/** What an entry was about, as canonical JSON texts, held against the entry's own digests. */
export interface Payload {
  readonly arguments: string | null;
  readonly result: string | null;
}

/** Entries that say how many payloads were deleted, in their details' `count`. */
export const DELETIONS: ReadonlySet<string> = new Set(['audit.retention', 'people.erase_payloads']);

export const hasPayload = ({ argumentsDigest, resultDigest }: LoggedEntry): boolean =>
  argumentsDigest !== null || resultDigest !== null;

/** Counts what is there, and holds what is not against the deletions on record. */
export class Payloads {
  #present = 0;
  #missing = 0;
  /** Missing ones that no deletion on record accounts for yet, and the first of them. */
  #open = 0;
  #firstOpen = 0;

  get counts(): { present: number; missing: number } {
    return { present: this.#present, missing: this.#missing };
  }

  /**
   * @returns the payload; undefined where it is not there.
   * @throws Fault for one that is not what was logged.
   */
  read(index: number, entry: LoggedEntry, line: JsonObject | undefined): Payload | undefined {
    this.#account(entry);
    if (line) {
      this.#present += 1;
      return matching(entry, line);
    }
    if (hasPayload(entry)) {
      if (this.#open === 0) this.#firstOpen = index;
      this.#open += 1;
      this.#missing += 1;
    }
    return undefined;
  }

  /** A deletion accounts for what is missing before it. */
  #account({ tool, outcome, details }: LoggedEntry): void {
    const { count } = details;
    if (!DELETIONS.has(tool) || outcome !== 'succeeded' || typeof count !== 'number') return;
    this.#open = Math.max(0, this.#open - count);
  }

  /** @throws Fault where more is missing than was deleted on record. */
  end(): void {
    if (this.#open === 0) return;
    const rest = `${this.#open} payloads are missing that no entry says were deleted; this is the first that can be one.`;
    throw new Fault('payload_missing', rest, this.#firstOpen);
  }
}

function matching(entry: LoggedEntry, line: JsonObject): Payload {
  const parsed = payloadLine.safeParse(line);
  ensure(parsed.success, 'payload_malformed', 'Its line in payloads.jsonl is not of the form.');
  const { auditId, salt, arguments: args, result } = parsed.data;
  const holds =
    auditId === entry.auditId &&
    digestOf(salt, args) === entry.argumentsDigest &&
    digestOf(salt, result) === entry.resultDigest;
  ensure(holds, 'payload_mismatch', 'Its payload is not the one that was logged.');
  return { arguments: args, result };
}

/** `sha-256:<hex>` over the salt followed by the text; null for nothing. */
const digestOf = (salt: string, text: string | null): string | null =>
  text === null ? null : `sha-256:${sha256Hex(Buffer.concat([Buffer.from(salt, 'base64url'), Buffer.from(text)]))}`;
