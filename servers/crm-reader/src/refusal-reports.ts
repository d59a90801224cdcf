import type { JsonValue } from '@narrow-deputies/contracts';
import type { ObservedRefusal } from '@narrow-deputies/server-kit';
import { digestOfBytes, digestOfJson } from '@narrow-deputies/signing';
import * as z from 'zod';
import type { Backend } from './backend.ts';

/** A model that tries again and again must not make a queue here; the backend counts what reaches it. */
const REPORTS_AT_ONCE = 4;
const POINTERS_MAX = 16;
const POINTER_MAX_CHARACTERS = 200;

/**
 * Reports what this server refused by itself: the best sign of an injected model must not stay on a laptop. Only a digest
 * of the arguments is sent.
 */
export function createRefusalReports(backend: Backend): (refusal: ObservedRefusal) => Promise<void> {
  let open = 0;
  return async ({ tool, code, pointers, arguments: given, call }) => {
    if (open >= REPORTS_AT_ONCE) return;
    open += 1;
    try {
      const places = pointers.slice(0, POINTERS_MAX).map((pointer) => pointer.slice(0, POINTER_MAX_CHARACTERS));
      // The report outlives the call, which the host may well cancel once it has its answer.
      const signal = new AbortController().signal;
      await backend.reportRefusal(
        { tool, code, pointers: places, argumentsDigest: digest(given) },
        { ...call, signal },
      );
    } finally {
      open -= 1;
    }
  };
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
