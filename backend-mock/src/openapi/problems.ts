import { CODES, makeProblem, problem, type Code, type JsonObject, type ProblemParts } from '@narrow-deputies/contracts';
import { EXAMPLE } from './example-values.ts';
import { answerHeaders } from './headers.ts';
import { jsonSchemaOf, schemaRef } from './json-schema.ts';

export const PROBLEM_SCHEMA = 'problem';
export const problemSchema = (): JsonObject => jsonSchemaOf(problem, 'output');

/** What an example shows beyond what follows from its code. */
const PARTS: Partial<Record<Code, ProblemParts>> = {
  approval_required: {
    detail: 'A person has to approve this plan first. Then commit the same plan again. Do not make a new plan.',
    conditions: ['approval:owner'],
    planId: EXAMPLE.planId,
    approvalUrl: EXAMPLE.approvalUrl,
    expiresAt: EXAMPLE.expiresAt,
    retryAfter: 15,
  },
  invalid_arguments: {
    detail: 'The arguments of plan_publish_draft do not match its schema.',
    errors: [{ pointer: '/filename', message: 'A draft filename ends in .md.' }],
  },
  plan_stale: {
    detail:
      'Nothing was changed: the article "spring-harvest" is not as this plan saw it. Make a new plan with plan_publish_draft.',
    errors: [{ pointer: '/resources/article/spring-harvest', message: 'planned at version 3, now at version 4' }],
    conditions: ['new_plan'],
  },
  rate_limited: { detail: 'Too many calls. Wait 4 s, then go on more slowly.', retryAfter: 4 },
  idempotency_in_flight: { retryAfter: 1 },
  audit_unavailable: { retryAfter: 5 },
  unavailable: { retryAfter: 5 },
};

const exampleName = (code: Code): string => `problem_${code}`;

/** One example for each code, by its name. */
export const problemExamples = (codes: Iterable<Code>): JsonObject =>
  Object.fromEntries(
    Array.from(new Set(codes), (code) => {
      const value = makeProblem(code, { auditId: EXAMPLE.auditId, ...PARTS[code] });
      return [exampleName(code), { summary: CODES[code].title, value: value as unknown as JsonObject }];
    }),
  );

/** Refused in the call's transaction, where the limits have been looked at. */
const LIMITED = new Set<number>([403, 404, 409, 410, 422, 429, 500]);
const WAITING = new Set<Code>([
  'rate_limited',
  'approval_required',
  'idempotency_in_flight',
  'audit_unavailable',
  'unavailable',
]);

function headersOf(status: number, codes: readonly Code[]): JsonObject {
  const names = [
    ...(LIMITED.has(status) ? ['ratelimit', 'ratelimit-policy'] : []),
    ...(codes.some((code) => WAITING.has(code)) ? ['retry-after'] : []),
    ...(status === 401 ? ['www-authenticate'] : []),
  ];
  return answerHeaders(...names);
}

/** The refusals of one address, by status; each names the codes that it can carry there. */
export function problemResponses(codes: readonly Code[]): JsonObject {
  const statuses = [...new Set(codes.map((code) => CODES[code].status))].toSorted((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const here = codes.filter((code) => CODES[code].status === status);
      const examples = here.map((code) => [code, { $ref: `#/components/examples/${exampleName(code)}` }]);
      const content = {
        schema: { allOf: [schemaRef(PROBLEM_SCHEMA), { properties: { code: { enum: [...here] } } }] },
        examples: Object.fromEntries(examples),
      };
      return [
        String(status),
        {
          description: here.map((code) => `\`${code}\`: ${CODES[code].title}.`).join(' '),
          headers: headersOf(status, here),
          content: { 'application/problem+json': content },
        },
      ];
    }),
  );
}
