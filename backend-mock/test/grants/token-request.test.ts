import { describe, expect, test } from '@jest/globals';
import { GrantError } from '../../src/grants/grant-error.ts';
import { ASSERTION_TYPE, parseTokenRequest, type TokenRequest } from '../../src/grants/token-request.ts';

const REQUIRED = {
  grant_type: 'client_credentials',
  client_assertion_type: ASSERTION_TYPE,
  client_assertion: 'header.payload.signature',
};
const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();
const parse = (fields: Readonly<Record<string, string>> = {}): TokenRequest =>
  parseTokenRequest(form({ ...REQUIRED, ...fields }));
const errorOf = (body: string): { error: string; code: string; status: number } => {
  try {
    parseTokenRequest(body);
  } catch (error) {
    if (error instanceof GrantError) return { error: error.error, code: error.code, status: error.status };
    throw error;
  }
  throw new Error('The request was accepted.');
};
const without = (name: keyof typeof REQUIRED): string => {
  const { [name]: _left, ...rest } = REQUIRED;
  return form(rest);
};
const INVALID_REQUEST = { error: 'invalid_request', code: 'malformed_request', status: 400 };
const DETAIL = { type: 'article', identifier: 'tea', actions: ['plan_unpublish_article'] };

describe('a token request [grant.errors]', () => {
  test('that names no more than it must asks for all that its client has', () => {
    expect(parse()).toEqual({ assertion: 'header.payload.signature', scopes: undefined, details: null, runId: null });
  });

  test('may ask for less: scopes, details and a run', () => {
    const runId = '5f0c1d9e-0000-4000-8000-000000000001';
    const parsed = parse({
      scope: 'blog:list_drafts  blog:plan_publish_draft',
      authorization_details: JSON.stringify([DETAIL]),
      run_id: runId,
    });
    expect(parsed).toMatchObject({ scopes: ['blog:list_drafts', 'blog:plan_publish_draft'], details: [DETAIL], runId });
  });

  test('that asks for no scope at all does not ask for all of them', () => {
    expect(parse({ scope: '' }).scopes).toEqual([]);
  });

  test.each([...Object.keys(REQUIRED), 'client_id', 'scope', 'run_id', 'authorization_details'])(
    'that repeats %s is invalid_request, also when both say the same',
    (name) => {
      const once = { client_id: 'blog-publisher', scope: 'a', run_id: 'a', authorization_details: '[]', ...REQUIRED };
      const value = once[name as keyof typeof once];
      expect(errorOf(`${form({ ...REQUIRED, [name]: value })}&${form({ [name]: value })}`)).toEqual(INVALID_REQUEST);
    },
  );

  test('with a field that nobody reads is invalid_request', () => {
    expect(errorOf(form({ ...REQUIRED, resource: 'https://example.org' }))).toEqual(INVALID_REQUEST);
    expect(errorOf(form({ ...REQUIRED, Scope: 'a' }))).toEqual(INVALID_REQUEST);
  });

  test('without a grant type is invalid_request, with another one unsupported_grant_type', () => {
    expect(errorOf(without('grant_type'))).toEqual(INVALID_REQUEST);
    const code = { error: 'unsupported_grant_type', code: 'malformed_request', status: 400 };
    expect(errorOf(form({ ...REQUIRED, grant_type: 'authorization_code' }))).toEqual(code);
    expect(errorOf(form({ ...REQUIRED, grant_type: '' }))).toEqual(code);
  });

  test.each([
    ['no assertion', without('client_assertion')],
    ['no assertion type', without('client_assertion_type')],
    ['another assertion type', form({ ...REQUIRED, client_assertion_type: 'urn:example' })],
  ])('with %s is invalid_client', (_what, body) => {
    expect(errorOf(body)).toEqual({ error: 'invalid_client', code: 'unauthenticated', status: 401 });
  });

  test.each(['', '1842', 'not-a-uuid', '5f0c1d9e000040008000000000000001'])(
    'with the run %j is invalid_request',
    (runId) => {
      expect(errorOf(form({ ...REQUIRED, run_id: runId }))).toEqual(INVALID_REQUEST);
    },
  );

  test.each([
    ['no JSON', '{'],
    ['no array', JSON.stringify(DETAIL)],
    ['an empty array', '[]'],
    ['a detail without a type', JSON.stringify([{ identifier: 'tea', actions: ['a'] }])],
    ['a detail without an identifier', JSON.stringify([{ type: 'article', actions: ['a'] }])],
    ['a detail without actions', JSON.stringify([{ type: 'article', identifier: 'tea' }])],
    ['a detail with an empty list of actions', JSON.stringify([{ ...DETAIL, actions: [] }])],
    ['a detail with a field too many', JSON.stringify([{ ...DETAIL, locations: ['x'] }])],
    ['a detail of the wrong shape after a good one', JSON.stringify([DETAIL, 'all'])],
    ['more details than anybody needs', JSON.stringify(Array.from({ length: 17 }, () => DETAIL))],
  ])('whose details are %s is invalid_authorization_details', (_what, details) => {
    expect(errorOf(form({ ...REQUIRED, authorization_details: details }))).toMatchObject({
      error: 'invalid_authorization_details',
      status: 400,
    });
  });

  test('that is no form at all is refused', () => {
    expect(errorOf('')).toEqual(INVALID_REQUEST);
    expect(errorOf('{"grant_type":"client_credentials"}')).toEqual(INVALID_REQUEST);
  });
});
