import { refusalReport, type JsonObject } from '@narrow-deputies/contracts';
import { SIGNED_CALL } from './codes-of.ts';
import { EXAMPLE } from './example-values.ts';
import { answerHeaders, signedHeaderRefs } from './headers.ts';
import { jsonSchemaOf, schemaRef } from './json-schema.ts';
import { problemResponses } from './problems.ts';
import { securityOf } from './security.ts';

export const REFUSAL_SCHEMAS: JsonObject = {
  refusal_report: jsonSchemaOf(refusalReport, 'input'),
  refusal_answer: {
    type: 'object',
    properties: { auditId: { type: 'string' } },
    required: ['auditId'],
    additionalProperties: false,
  },
};

/** `POST /v1/refusals`: what a server refused by itself. */
export const refusalsItem = (): JsonObject => ({
  post: {
    operationId: 'report_refusal',
    tags: ['reports'],
    summary: 'Reports what a server refused by itself',
    description:
      "Recorded as the client's own word, with places and a digest instead of values, about tools that its token covers. With `count`, one report stands for that many refusals of one tool and code. The same report again under its idempotency key counts once. Reports have a limit of their own; what is beyond it is dropped and counted.",
    security: securityOf(),
    parameters: signedHeaderRefs(),
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: schemaRef('refusal_report'),
          example: {
            tool: 'plan_publish_draft',
            code: 'invalid_arguments',
            pointers: ['/filename'],
            argumentsDigest: EXAMPLE.contentDigest,
          },
        },
      },
    },
    responses: {
      '202': {
        description: 'Recorded.',
        headers: answerHeaders('ratelimit', 'ratelimit-policy'),
        content: { 'application/json': { schema: schemaRef('refusal_answer'), example: { auditId: EXAMPLE.auditId } } },
      },
      ...problemResponses([...SIGNED_CALL, 'insufficient_scope', 'suspended', 'idempotency_conflict']),
    },
  },
});
