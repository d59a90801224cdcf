import { Refusal } from '../common/refusal.ts';

const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/;

/** The grant of an `authorization` header (RFC 6750 section 2.1). @throws Refusal `unauthenticated`. */
export function readBearer(header: string | undefined): string {
  const bearer = BEARER.exec(header ?? '')?.[1];
  if (bearer === undefined) {
    throw new Refusal('unauthenticated', { detail: 'The header "authorization" is "Bearer <grant>".' });
  }
  return bearer;
}
