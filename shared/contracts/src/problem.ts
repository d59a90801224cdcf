import * as z from 'zod';
import { CODES, type Code } from './codes.ts';

const codes = Object.keys(CODES) as [Code, ...Code[]];

/** One thing that is wrong with one place of the arguments; `pointer` is an RFC 6901 JSON pointer. */
export const problemDetail = z.strictObject({ pointer: z.string(), message: z.string() });
export type ProblemDetail = z.infer<typeof problemDetail>;

/**
 * An RFC 9457 problem. `detail` and `errors` are written for the model that reads them: they say what would be accepted
 * and never carry anything internal.
 */
export const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(codes),
  retryable: z.boolean(),
  /** Names the audit entry; absent only when a server refused by itself. */
  auditId: z.string().optional(),
  /** What kind of thing would satisfy; never a threshold. */
  conditions: z.array(z.string()).optional(),
  planId: z.string().optional(),
  approvalUrl: z.string().optional(),
  expiresAt: z.string().optional(),
  /** Seconds. */
  retryAfter: z.int().optional(),
  errors: z.array(problemDetail).optional(),
});
export type Problem = z.infer<typeof problem>;

/** The parts of a problem that its author writes; the rest follows from the code. */
export type ProblemParts = Partial<Omit<Problem, 'type' | 'title' | 'status' | 'code'>>;

/** The relative reference that a problem's `type` names; resolved against the page that documents the codes. */
export const problemType = (code: Code): string => `urn:narrow-deputies:problem:${code}`;

/** Completes a problem from its code. Without `detail` the code's title stands in. */
export function makeProblem(code: Code, parts: ProblemParts = {}): Problem {
  const { status, title, retryable } = CODES[code];
  return { type: problemType(code), title, status, detail: `${title}.`, code, retryable, ...parts };
}
