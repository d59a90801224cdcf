import * as z from 'zod';
import { GrantError } from './grant-error.ts';
import type { AuthorizationDetail } from './grant.ts';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A token request as it was sent; nothing in it is believed yet. */
export interface TokenRequest {
  readonly assertion: string;
  /** Redundant beside an assertion; where it is sent, it has to agree (RFC 7521 section 4.2). */
  readonly clientId: string | undefined;
  /** Undefined = all that the client has. */
  readonly scopes: readonly string[] | undefined;
  readonly details: readonly AuthorizationDetail[] | null;
  readonly runId: string | null;
}

const FIELDS = new Set([
  'grant_type',
  'client_assertion_type',
  'client_assertion',
  'client_id',
  'scope',
  'authorization_details',
  'run_id',
]);

/** The longest request that is read, in bytes; WIRE's own fields come to far less. */
export const TOKEN_REQUEST_MAX = 16 * 1024;
/** All scopes together, in bytes: what is refused as well stands in an entry. */
const SCOPE_MAX = 2 * 1024;
const SCOPES_MAX = 32;
/** RFC 6749, section 3.3, "scope-token". */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Text without control characters and half characters, neither of which an entry could hold. */
const plain = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^\P{C}*$/u);

const detailsSchema = z
  .array(
    z.strictObject({
      type: plain(64),
      identifier: plain(200),
      actions: z.array(plain(64)).min(1).max(32),
    }),
  )
  .min(1)
  .max(16);
const runIdSchema = z.uuid();

const invalid = (description: string): GrantError =>
  new GrantError('invalid_request', 'malformed_request', description);

/**
 * Reads the form of RFC 6749 4.4.2 with the client authentication of RFC 7523 2.2.
 *
 * @throws GrantError `invalid_request` (also for a repeated or unknown field), `unsupported_grant_type`,
 * `invalid_client`, `invalid_authorization_details`.
 */
export function parseTokenRequest(body: string): TokenRequest {
  const form = readForm(body);
  if (!form.has('grant_type')) throw invalid('The field "grant_type" is required.');
  if (form.get('grant_type') !== 'client_credentials') {
    throw new GrantError('unsupported_grant_type', 'malformed_request', 'The grant type is "client_credentials".');
  }
  const assertion = form.get('client_assertion');
  if (assertion === undefined || form.get('client_assertion_type') !== ASSERTION_TYPE) {
    throw new GrantError(
      'invalid_client',
      'unauthenticated',
      `The client authenticates with "client_assertion" and "client_assertion_type=${ASSERTION_TYPE}".`,
    );
  }
  const scope = form.get('scope');
  const runId = form.get('run_id') ?? null;
  if (runId !== null && !runIdSchema.safeParse(runId).success) throw invalid('The field "run_id" is a UUID.');
  return {
    assertion,
    clientId: form.get('client_id'),
    scopes: scope === undefined ? undefined : parseScopes(scope),
    details: parseDetails(form.get('authorization_details')),
    runId,
  };
}

function parseScopes(text: string): string[] {
  const scopes = text.split(' ').filter(Boolean);
  if (Buffer.byteLength(text) <= SCOPE_MAX && scopes.length <= SCOPES_MAX && scopes.every((each) => SCOPE.test(each))) {
    return scopes;
  }
  throw invalid(`The field "scope" has at most ${SCOPES_MAX} scopes of visible ASCII, ${SCOPE_MAX} bytes in all.`);
}

function readForm(body: string): Map<string, string> {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (!FIELDS.has(name)) throw invalid(`The fields are ${[...FIELDS].join(', ')}.`);
    if (form.has(name)) throw invalid(`The field "${name}" is sent once.`);
    form.set(name, value);
  }
  return form;
}

function parseDetails(text: string | undefined): AuthorizationDetail[] | null {
  if (text === undefined) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = detailsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new GrantError(
    'invalid_authorization_details',
    'malformed_request',
    'The field "authorization_details" is a JSON array of {"type","identifier","actions"}.',
  );
}
