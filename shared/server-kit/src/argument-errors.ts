import type { ProblemDetail } from '@narrow-deputies/contracts';
import type * as z from 'zod';

type Issue = z.core.$ZodIssue;

const ERRORS_MAX = 16;
/** A key that is safe to name in an answer; any other key is the caller's text and is not given back. */
const PLAIN_KEY = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * What is wrong with some arguments, one entry per place. Pointers follow RFC 6901. The offending value is never repeated:
 * it may be an instruction that somebody wants the model to read again.
 */
export function argumentErrors(issues: readonly Issue[]): ProblemDetail[] {
  return issues.flatMap(detailsOf).slice(0, ERRORS_MAX);
}

function detailsOf(issue: Issue): ProblemDetail[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerTo(issue.path), message: issue.message }];
  const named = issue.keys.filter((key) => PLAIN_KEY.test(key));
  const pointers = named.length === issue.keys.length ? named.map((key) => [...issue.path, key]) : [issue.path];
  return pointers.map((path) => ({ pointer: pointerTo(path), message: 'This property is not known here.' }));
}

/** RFC 6901 section 3: `~` becomes `~0`, `/` becomes `~1`; the whole document is the empty string. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
