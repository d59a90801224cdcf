import type { Code, JsonObject } from '@narrow-deputies/contracts';

/** Errors of RFC 6749 5.2, RFC 9396 5 and (for a limit) RFC 6749 4.1.2.1. */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_authorization_details'
  | 'temporarily_unavailable';

/** A refused token request. `description` is public. */
export class GrantError extends Error {
  readonly error: OAuthError;
  readonly code: Code;
  readonly description: string;
  readonly retryAfter: number | undefined;

  constructor(error: OAuthError, code: Code, description: string, retryAfter?: number) {
    super(description);
    this.name = 'GrantError';
    this.error = error;
    this.code = code;
    this.description = description;
    this.retryAfter = retryAfter;
  }

  get status(): number {
    if (this.error === 'invalid_client') return 401;
    return this.error === 'temporarily_unavailable' ? 429 : 400;
  }

  body(auditId: string): JsonObject {
    return { error: this.error, error_description: this.description, code: this.code, auditId };
  }
}
