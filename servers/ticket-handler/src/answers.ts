import { makeProblem, problem } from '@narrow-deputies/contracts';
import { Refusal } from '@narrow-deputies/server-kit';
import * as z from 'zod';

/** One answer of the backend, as it came in. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  /** The `Date` header. */
  readonly date: string | undefined;
  readonly body: string;
}

/** RFC 9457 section 3.2: members that are not known are ignored, so that they never reach the model either. */
const knownMembers = z.object(problem.shape);

/**
 * The body of a successful answer.
 *
 * @throws Refusal with the backend's problem, or `unavailable` where the answer is not of the expected shape.
 */
export function readReply<T>(reply: Reply, shape: z.ZodType<T>): T {
  if (reply.status === 200 && mediaType(reply) === 'application/json') {
    const answer = shape.safeParse(json(reply.body));
    if (answer.success) return answer.data;
  }
  throw problemOf(reply) ?? notUnderstood();
}

/** The problem that the backend answered with, if it is one. */
export function problemOf(reply: Reply): Refusal | undefined {
  if (mediaType(reply) !== 'application/problem+json') return undefined;
  const known = knownMembers.safeParse(json(reply.body));
  return known.success ? new Refusal(known.data, 'backend') : undefined;
}

export const notUnderstood = (): Refusal =>
  unavailable('The admin backend gave an answer that this server does not understand.');

/** @param backendUrl - as configured; that much may be said. */
export const unreachable = (backendUrl: string): Refusal =>
  unavailable(
    `The admin backend at ${backendUrl} cannot be reached. Trying again is safe: a plan is committed at most once.`,
  );

const unavailable = (detail: string): Refusal => new Refusal(makeProblem('unavailable', { detail }), 'backend');

const mediaType = ({ contentType }: Reply): string | undefined => contentType.split(';')[0]?.trim().toLowerCase();

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
