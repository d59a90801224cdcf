import type { Code, JsonObject } from '@narrow-deputies/contracts';
import { GRANT_LIFE_S } from '../grants/grant.ts';
import type { OAuthError } from '../grants/grant-error.ts';
import { ASSERTION_TYPE } from '../grants/token-request.ts';
import { EXAMPLE } from './example-values.ts';
import { answerHeaders } from './headers.ts';
import { schemaRef } from './json-schema.ts';
import { problemResponses } from './problems.ts';

/** Which errors go with which status, and which of our codes they carry. */
const ERRORS: Readonly<Record<'400' | '401' | '429' | '503', Readonly<Partial<Record<OAuthError, readonly Code[]>>>>> =
  {
    '400': {
      invalid_request: ['malformed_request', 'unsupported_media_type'],
      unsupported_grant_type: ['malformed_request'],
      invalid_scope: ['insufficient_scope'],
      invalid_authorization_details: ['malformed_request', 'task_mismatch'],
    },
    '401': { invalid_client: ['unauthenticated', 'wrong_environment', 'signature_expired', 'replayed', 'suspended'] },
    '429': { temporarily_unavailable: ['rate_limited'] },
    // No entry could be written, so none is named.
    '503': { temporarily_unavailable: ['audit_unavailable', 'unavailable'] },
  };
const HEADERS = { '400': [], '401': ['www-authenticate'], '429': ['retry-after'], '503': ['retry-after'] } as const;

const text = { type: 'string' };
const DETAILS: JsonObject = {
  type: 'array',
  minItems: 1,
  maxItems: 16,
  items: {
    type: 'object',
    properties: { type: text, identifier: text, actions: { type: 'array', items: text, minItems: 1, maxItems: 32 } },
    required: ['type', 'identifier', 'actions'],
    additionalProperties: false,
  },
};

export const TOKEN_SCHEMAS: JsonObject = {
  token_request: {
    type: 'object',
    properties: {
      grant_type: { const: 'client_credentials' },
      client_assertion_type: { const: ASSERTION_TYPE },
      client_assertion: {
        type: 'string',
        description:
          'RFC 7523: "alg" exactly EdDSA, "kid" the RFC 7638 thumbprint of the key, "iss" = "sub" = the client id, "aud" exactly the issuer, a "jti" used once, 60 seconds to live at most.',
      },
      client_id: text,
      scope: { type: 'string', description: 'Scopes apart by spaces; left out = all that the token has.' },
      authorization_details: {
        type: 'string',
        contentMediaType: 'application/json',
        contentSchema: DETAILS,
        description: 'RFC 9396. Only narrows: to these tools, on these resources.',
      },
      run_id: { type: 'string', format: 'uuid', description: "The client's own label for one run." },
    },
    required: ['grant_type', 'client_assertion_type', 'client_assertion'],
    additionalProperties: false,
  },
  token_answer: {
    type: 'object',
    properties: {
      access_token: { type: 'string', description: 'RFC 9068 at+jwt, bound to the key by "cnf.jkt".' },
      token_type: { const: 'Bearer' },
      expires_in: { const: GRANT_LIFE_S, description: 'Seconds.' },
      scope: text,
      authorization_details: DETAILS,
    },
    required: ['access_token', 'token_type', 'expires_in', 'scope'],
    additionalProperties: false,
  },
  token_error: {
    type: 'object',
    properties: {
      error: { enum: [...new Set(Object.values(ERRORS).flatMap((errors) => Object.keys(errors)))] },
      error_description: text,
      code: { enum: [...new Set(Object.values(ERRORS).flatMap((errors) => Object.values(errors).flat()))] },
      auditId: { type: 'string', description: 'The entry about it; left out where none could be written.' },
    },
    required: ['error', 'error_description', 'code'],
    additionalProperties: false,
  },
};

const refusal = (status: keyof typeof ERRORS): JsonObject => {
  const cases = Object.entries(ERRORS[status]);
  const [error = '', [code = ''] = []] = cases[0] ?? [];
  const named = status === '503' ? {} : { auditId: EXAMPLE.auditId };
  const example = { error, error_description: 'What would be accepted, in words.', code, ...named };
  return {
    description: cases
      .map(([name, codes]) => `\`${name}\` (${codes.map((each) => `\`${each}\``).join(', ')})`)
      .join(', '),
    headers: answerHeaders(...HEADERS[status]),
    content: { 'application/json': { schema: schemaRef('token_error'), example } },
  };
};

/** `POST /oauth/token` (RFC 6749 section 4.4). */
export const tokenItem = (): JsonObject => ({
  post: {
    operationId: 'oauth_token',
    tags: ['grants'],
    summary: 'Exchanges a client assertion for a grant of 300 seconds',
    description: 'The request proves itself: the assertion is signed with the key that the API token is.',
    security: [],
    requestBody: {
      required: true,
      content: { 'application/x-www-form-urlencoded': { schema: schemaRef('token_request') } },
    },
    responses: {
      '200': {
        description: 'A grant.',
        headers: answerHeaders(),
        content: { 'application/json': { schema: schemaRef('token_answer') } },
      },
      '400': refusal('400'),
      '401': refusal('401'),
      '429': refusal('429'),
      '503': refusal('503'),
      ...problemResponses(['request_too_large', 'internal']),
    },
  },
});
