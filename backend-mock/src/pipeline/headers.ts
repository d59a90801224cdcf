import { Refusal } from '../common/refusal.ts';

/** All values of one header as they came over the wire; `name` in lower case. */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}

/**
 * Reads headers that must each be there exactly once.
 *
 * @throws Refusal `malformed_request` for a missing or doubled one; `unauthenticated` for a missing `authorization`.
 */
export function requireHeaders(rawHeaders: readonly string[], names: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of names) {
    const values = headerValues(rawHeaders, name);
    const [value] = values;
    if (name === 'authorization' && value === undefined) {
      throw new Refusal('unauthenticated', {
        detail: 'The request carries no grant. Get one from the token endpoint and send it as a bearer token.',
      });
    }
    if (value === undefined || values.length > 1) {
      throw new Refusal('malformed_request', { detail: `The header "${name}" is sent exactly once.` });
    }
    headers[name] = value;
  }
  return headers;
}

const IDEMPOTENCY_KEY = /^"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"$/i;
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A UUID as a structured-field string (draft-ietf-httpapi-idempotency-key-header-07). */
export function parseIdempotencyKey(value: string): string {
  const key = IDEMPOTENCY_KEY.exec(value)?.[1];
  if (key === undefined) {
    throw new Refusal('malformed_request', { detail: 'The header "idempotency-key" is a UUID in double quotes.' });
  }
  return key.toLowerCase();
}

/** @returns the trace id of a version 00 `traceparent` (W3C Trace Context 3.2). */
export function parseTraceId(value: string): string {
  const traceId = TRACEPARENT.exec(value)?.[1];
  if (traceId === undefined) {
    throw new Refusal('malformed_request', { detail: 'The header "traceparent" is a W3C trace context, version 00.' });
  }
  return traceId;
}
