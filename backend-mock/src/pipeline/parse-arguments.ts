import type { JsonObject } from '@narrow-deputies/contracts';
import type * as z from 'zod';
import { Refusal } from '../common/refusal.ts';

const ERRORS_MAX = 10;

const pointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** @throws Refusal `invalid_arguments`, with RFC 6901 pointers and never with a value. */
export function parseArguments<S extends z.ZodType>(name: string, schema: S, body: JsonObject): z.infer<S> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new Refusal('invalid_arguments', {
    detail: `The arguments of ${name} do not match its schema.`,
    errors: result.error.issues
      .slice(0, ERRORS_MAX)
      .map((issue) => ({ pointer: pointer(issue.path), message: issue.message })),
  });
}
