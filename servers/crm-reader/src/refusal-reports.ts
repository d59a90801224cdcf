import { randomUUID } from 'node:crypto';
import type { Code, JsonValue } from '@narrow-deputies/contracts';
import {
  Refusal,
  RefusalTally,
  type KeyedReport,
  type ObservedRefusal,
  type Sent,
  type ToolService,
} from '@narrow-deputies/server-kit';
import { digestOfBytes, digestOfJson } from '@narrow-deputies/signing';
import * as z from 'zod';
import type { Backend } from './backend.ts';
import { NAME } from './version.ts';

/**
 * Reports what this server refused by itself: the best sign of an injected model must not stay on a laptop. Only a digest
 * of the arguments is sent, and every refusal is counted.
 *
 * @param warn - told in a line what could not be reported.
 */
export function createRefusalReports(
  backend: Pick<Backend, 'reportRefusal'>,
  warn: (line: string) => void = toStandardError,
): Required<Pick<ToolService, 'onRefusal' | 'finish'>> {
  const send = async ({ report, key, call }: KeyedReport): Promise<Sent> => {
    // The report outlives the call, which the host may well cancel once it has its answer.
    const signal = new AbortController().signal;
    try {
      await backend.reportRefusal(report, key, { ...call, signal });
      return { outcome: 'recorded' };
    } catch (error) {
      return outcomeOf(error);
    }
  };
  const tally = new RefusalTally({ send, newKey: randomUUID, warn });
  return {
    onRefusal: ({ tool, code, pointers, arguments: given, call }: ObservedRefusal) =>
      tally.add({ tool, code, pointers, argumentsDigest: digest(given), call }),
    finish: (milliseconds) => tally.finish(milliseconds),
  };
}

/** After these the backend has not recorded the report, and may later. */
const NOT_YET: ReadonlySet<Code> = new Set(['rate_limited', 'suspended', 'unauthenticated']);
/** After these the same report would be answered in the same way. */
const NEVER: ReadonlySet<Code> = new Set([
  'malformed_request',
  'not_canonical',
  'wrong_environment',
  'insufficient_scope',
  'not_found',
  'request_too_large',
  'unsupported_media_type',
  'invalid_arguments',
  'idempotency_conflict',
]);

function outcomeOf(error: unknown): Sent {
  if (!(error instanceof Refusal)) return { outcome: 'again' };
  const { code, retryAfter } = error.problem;
  if (NEVER.has(code)) return { outcome: 'refused', code };
  return { outcome: 'again', code: NOT_YET.has(code) ? code : undefined, seconds: retryAfter };
}

function toStandardError(line: string): void {
  process.stderr.write(`${NAME}: ${line}\n`);
}

/** Arguments that have no canonical form are hashed as they are printed. */
function digest(given: unknown): string {
  try {
    return digestOfJson(json.parse(given));
  } catch {
    return digestOfBytes(Buffer.from(printed(given)));
  }
}

const json = z.custom<JsonValue>((value) => value !== undefined);

function printed(given: unknown): string {
  try {
    return JSON.stringify(given) ?? '';
  } catch {
    return '';
  }
}
