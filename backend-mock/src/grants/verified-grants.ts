import type { Grant } from './grant.ts';

/** More clients than this at once verify a little more often. */
const MOST = 1_000;

/**
 * Grants whose signature has verified, by their exact text, until they expire. It saves work and decides nothing: whether
 * a token is revoked or suspended is read by row for each call, whatever the grant says.
 */
export class VerifiedGrants {
  readonly #known = new Map<string, { readonly grant: Grant; readonly expiresAt: number }>();

  /** @param nowMs milliseconds. @returns undefined for what is not known, or has expired. */
  find(token: string, nowMs: number): Grant | undefined {
    const known = this.#known.get(token);
    if (known && known.expiresAt > nowMs) return known.grant;
    this.#known.delete(token);
    return undefined;
  }

  /** @param expiresAt milliseconds since the epoch. */
  remember(token: string, grant: Grant, expiresAt: number): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(token, { grant, expiresAt });
  }
}
