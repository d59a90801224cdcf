import type { CallToolResult } from '@modelcontextprotocol/server';
import { makeProblem, pendingAnswer, type Code, type PendingAnswer, type Problem } from '@narrow-deputies/contracts';
import { makeVisible } from '@narrow-deputies/contracts/text';
import { argumentErrors } from './argument-errors.ts';
import type { Call } from './call.ts';
import type { Tool } from './define-tool.ts';
import { Refusal, refuse } from './refusal.ts';
import { answerResult, problemResult } from './results.ts';
import { traceIdOf } from './trace-context.ts';

/** What the wall refused by itself. `arguments` is what the host sent: digest it, never store or send it. */
export interface ObservedRefusal {
  readonly tool: string;
  readonly code: Code;
  /** RFC 6901 pointers into the arguments. */
  readonly pointers: readonly string[];
  readonly arguments: unknown;
  readonly call: Call;
}

/** Both are called beside the answer, which never waits for them. */
export interface Observers {
  readonly onRefusal: (refusal: ObservedRefusal) => void;
  readonly onError: (error: unknown, failed: FailedCall) => void;
}

/** Which call it was that failed. */
export interface FailedCall {
  readonly tool: string;
  /** W3C trace id; undefined where the call failed before it had one. */
  readonly traceId: string | undefined;
}

export interface Outcome {
  readonly result: CallToolResult;
  /** Present where a person has to decide before the commit can succeed. */
  readonly pending?: PendingAnswer;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * One call, from raw arguments to a result. It never throws: what is no `Refusal` becomes the code `internal` with fixed
 * words, so that nothing internal reaches the model. No character that a reader cannot see is in any outcome.
 */
export async function runTool(tool: Tool, args: unknown, call: Call, observers: Observers): Promise<Outcome> {
  const given = args ?? {};
  try {
    const run = tool.invoke(given, call);
    if (!run.parsed) {
      const errors = argumentErrors(run.issues);
      throw refuse('invalid_arguments', { detail: 'The arguments do not fit this tool; see errors.', errors });
    }
    const answer = tool.output.parse(await run.output);
    if (!isObject(answer)) throw new TypeError('A tool answers with an object.');
    return { result: answerResult(answer) };
  } catch (error) {
    if (!(error instanceof Refusal)) {
      observers.onError(error, { tool: tool.name, traceId: traceIdOf(call.traceparent) });
      return { result: problemResult(makeProblem('internal')) };
    }
    const pending = tool.kind === 'commit' ? pendingOf(error.problem) : undefined;
    if (pending !== undefined) return { result: answerResult(pending), pending };
    if (error.origin === 'wall') {
      const pointers = (error.problem.errors ?? []).map(({ pointer }) => pointer);
      observers.onRefusal({ tool: tool.name, code: error.problem.code, pointers, arguments: given, call });
    }
    return { result: problemResult(error.problem) };
  }
}

/** A commit's `approval_required` is no error in MCP: the plan waits for a person, and the answer says where. */
function pendingOf({ code, planId, approvalUrl, expiresAt }: Problem): PendingAnswer | undefined {
  if (code !== 'approval_required' || approvalUrl === undefined) return undefined;
  // The link is also offered outside of the answer.
  const link = makeVisible(approvalUrl);
  return pendingAnswer.safeParse({ status: 'pending_approval', planId, approvalUrl: link, expiresAt }).data;
}
