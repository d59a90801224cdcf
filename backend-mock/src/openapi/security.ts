import type { JsonObject } from '@narrow-deputies/contracts';

/** What a call proves itself with: both at once, and neither is worth anything without the other. */
export const securitySchemes = (backendUrl: string, scopes: Readonly<Record<string, string>>): JsonObject => ({
  grant: {
    type: 'oauth2',
    description:
      'An RFC 9068 access token (at+jwt) for 300 seconds, as "authorization: Bearer …", bound by "cnf.jkt" to the key of the client. It is exchanged for an RFC 7523 client assertion, optionally narrowed to scopes and to a task.',
    flows: { clientCredentials: { tokenUrl: `${backendUrl}/oauth/token`, scopes: { ...scopes } } },
  },
  requestSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'signature',
    description:
      'Every call is signed (RFC 9421, one fixed profile, see the header "signature-input") with the Ed25519 key that the grant is bound to. The API token is that key; it is never sent.',
  },
});

export const securityOf = (scope?: string): JsonObject[] => [
  { grant: scope === undefined ? [] : [scope], requestSignature: [] },
];
