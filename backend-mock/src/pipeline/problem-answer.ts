import type { JsonObject, Problem } from '@narrow-deputies/contracts';
import type { Answer } from './call.ts';

/** RFC 9457 answer, with the headers that its code calls for. */
export function problemAnswer(problem: Problem, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status: problem.status,
    headers: {
      ...headers,
      'content-type': 'application/problem+json',
      ...(problem.status === 401 && { 'www-authenticate': 'Bearer realm="narrow-deputies"' }),
      ...(problem.retryAfter !== undefined && { 'retry-after': String(problem.retryAfter) }),
    },
    body: problem as unknown as JsonObject,
  };
}
