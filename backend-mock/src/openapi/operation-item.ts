import type { Contract, JsonObject } from '@narrow-deputies/contracts';
import type { RegisteredOperation } from '../operations/registry.ts';
import { codesOf } from './codes-of.ts';
import { EXAMPLES } from './examples.ts';
import { answerHeaders, signedHeaderRefs } from './headers.ts';
import { jsonSchemaOf, schemaRef } from './json-schema.ts';
import { problemResponses } from './problems.ts';
import { securityOf } from './security.ts';

const KINDS = {
  read: 'changes nothing',
  plan: 'stores a proposal, which changes nothing by itself',
  commit: 'applies one released plan, once',
} as const;

const argumentsName = ({ name }: Contract): string => `${name}_arguments`;
const answerName = ({ name }: Contract): string => `${name}_answer`;

/** What a contract says beyond its shapes, as data. */
const describeContract = (contract: Contract): JsonObject => ({
  name: contract.name,
  kind: contract.kind,
  context: contract.context,
  action: contract.action,
  resourceType: contract.resourceType,
  scope: contract.scope,
  roles: [...contract.roles],
  sideEffects: [...contract.sideEffects],
  worstOutcome: contract.worstOutcome,
  ships: contract.ships,
  approval: contract.approval,
  money: contract.money,
  record: contract.record,
  shows: contract.shows,
  showsOutside: contract.showsOutside,
  limits: { ...contract.limits },
  redaction: { ...contract.redaction },
});

export const operationPath = ({ contract }: RegisteredOperation): string => `/v1/${contract.context}/${contract.name}`;

/** The shapes of one operation, by the names that its path item refers to. */
export const operationSchemas = ({ contract }: RegisteredOperation): JsonObject => ({
  [argumentsName(contract)]: jsonSchemaOf(contract.arguments, 'input'),
  [answerName(contract)]: jsonSchemaOf(contract.output, 'output'),
});

/** The path item of one operation, from its contract alone. */
export function operationItem(operation: RegisteredOperation): JsonObject {
  const { contract } = operation;
  const example = EXAMPLES[contract.name];
  const { bodyBytes, depth } = contract.limits;
  return {
    post: {
      operationId: contract.name,
      tags: [contract.context],
      summary: `${contract.name}: ${KINDS[contract.kind]}`,
      description: `The body is the arguments in RFC 8785 canonical form, byte for byte, ${bodyBytes} bytes and a nesting of ${depth} at most. Worst outcome: ${contract.worstOutcome}`,
      security: securityOf(contract.scope),
      parameters: signedHeaderRefs(),
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: schemaRef(argumentsName(contract)),
            ...(example && { example: example.arguments }),
          },
        },
      },
      responses: {
        '200': {
          description: 'Done, or the stored outcome of the same call.',
          headers: answerHeaders('ratelimit', 'ratelimit-policy'),
          content: {
            'application/json': {
              schema: schemaRef(answerName(contract)),
              ...(example && { example: example.answer }),
            },
          },
        },
        ...problemResponses(codesOf(operation)),
      },
      'x-contract': describeContract(contract),
    },
  };
}
