import type { JsonObject } from '@narrow-deputies/contracts';

/** Seconds that a grant lives. */
export const GRANT_LIFE_S = 300;

/** One RFC 9396 authorization detail: only these tools, only on this resource. */
export interface AuthorizationDetail {
  readonly type: string;
  readonly identifier: string;
  readonly actions: readonly string[];
}

/** What a verified grant says. It narrows the token's row; it never widens it. */
export interface Grant {
  /** Pseudonymous id of the owner. */
  readonly sub: string;
  readonly clientId: string;
  readonly agent: string;
  readonly runId: string | null;
  readonly scopes: readonly string[];
  /** Null when the grant is not narrowed to a task. */
  readonly details: readonly AuthorizationDetail[] | null;
  readonly jti: string;
  /** RFC 7638 thumbprint of the only key that may use this grant. */
  readonly keyid: string;
  readonly host: JsonObject | null;
}
