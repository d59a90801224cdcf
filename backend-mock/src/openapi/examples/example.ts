import type { JsonObject } from '@narrow-deputies/contracts';
import { EXAMPLE } from '../example-values.ts';

/** One call of an operation: what is sent, and what is answered when it succeeds. */
export interface OperationExample {
  readonly arguments: JsonObject;
  readonly answer: JsonObject;
}

const { planId, planDigest, auditId, approvalUrl, committedAt, expiresAt } = EXAMPLE;

/** What a plan operation answers while a person has not decided. */
export const planExample = (preview: JsonObject, risk: JsonObject): JsonObject => ({
  planId,
  planDigest,
  status: 'pending_approval',
  preview,
  risk,
  expiresAt,
  approvalUrl,
  repeated: false,
});

/** One call of a commit. */
export const commitExample = (result: JsonObject): OperationExample => ({
  arguments: { planId },
  answer: { receipt: { planId, planDigest, committedAt, auditId, result }, repeated: false },
});

/** The risk of a commit that ships no text. */
export const LOW_RISK: JsonObject = { score: 20, level: 'low', parts: [{ name: 'kind:commit', score: 20 }] };

/** The risk of a commit that ships text. */
export const SHIPS_RISK: JsonObject = {
  score: 50,
  level: 'medium',
  parts: [
    { name: 'kind:commit', score: 20 },
    { name: 'ships', score: 30 },
  ],
};
