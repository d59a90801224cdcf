import type { JsonObject } from '@narrow-deputies/contracts';
import type { RegisteredOperation } from '../operations/registry.ts';
import { codesOf, SIGNED_CALL } from './codes-of.ts';
import { ANSWER_HEADERS, SIGNED_HEADERS } from './headers.ts';
import { operationItem, operationPath, operationSchemas } from './operation-item.ts';
import { PROBLEM_SCHEMA, problemExamples, problemSchema } from './problems.ts';
import { REFUSAL_SCHEMAS, refusalsItem } from './refusals-item.ts';
import { securitySchemes } from './security.ts';
import { TOKEN_SCHEMAS, tokenItem } from './token-item.ts';

const DESCRIPTION = `What the servers of agents call. A body is JSON in the canonical form of RFC 8785 and is compared byte for byte; every call is signed.
A refusal is an RFC 9457 problem with a code from a closed list. Which outcome a repeated call has is decided by its idempotency key and by its plan.`;

/** The OpenAPI 3.1 document of the agents' API, from what is registered. */
export function openApiDocument(backendUrl: string, operations: readonly RegisteredOperation[]): JsonObject {
  const scopes = Object.fromEntries(
    operations.map(({ contract }) => [contract.scope, `${contract.kind}: ${contract.name}`]),
  );
  const codes = [...SIGNED_CALL, ...operations.flatMap((operation) => [...codesOf(operation)])];
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: { title: 'Narrow Deputies: agents’ API', version: '1', description: DESCRIPTION },
    servers: [{ url: backendUrl }],
    tags: [...new Set(['grants', 'reports', ...operations.map(({ contract }) => contract.context)])].map((name) => ({
      name,
    })),
    paths: {
      '/oauth/token': tokenItem(),
      '/v1/refusals': refusalsItem(),
      ...Object.fromEntries(operations.map((operation) => [operationPath(operation), operationItem(operation)])),
    },
    components: {
      schemas: {
        [PROBLEM_SCHEMA]: problemSchema(),
        ...TOKEN_SCHEMAS,
        ...REFUSAL_SCHEMAS,
        ...Object.assign({}, ...operations.map(operationSchemas)),
      },
      parameters: SIGNED_HEADERS,
      headers: ANSWER_HEADERS,
      examples: problemExamples(codes),
      securitySchemes: securitySchemes(backendUrl, scopes),
    },
  };
}
