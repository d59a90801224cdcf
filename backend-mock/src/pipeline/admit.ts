import type { JsonObject } from '@narrow-deputies/contracts';
import type { Profile } from '@narrow-deputies/signing';
import { Refusal } from '../common/refusal.ts';
import type { IncomingRequest } from './call.ts';
import { readCanonicalBody } from './canonical-body.ts';
import { headerValues, parseIdempotencyKey, parseTraceId, requireHeaders } from './headers.ts';

/** A signed request whose form is right; who signed it is not known yet. */
export interface Admitted {
  /** Covered headers, `signature-input` and `signature`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  readonly traceId: string;
  readonly requestId: string;
}

export interface AdmitLimits {
  readonly bodyBytes: number;
  readonly depth: number;
}

/** @throws Refusal `request_too_large`. */
export function requireSize(body: Uint8Array, bodyBytes: number): void {
  if (body.byteLength > bodyBytes) {
    throw new Refusal('request_too_large', { detail: `The body of this call has at most ${bodyBytes} bytes.` });
  }
}

/** Exactly `application/json`, uncompressed. @throws Refusal `unsupported_media_type`. */
export function requireMediaType(rawHeaders: readonly string[]): void {
  const types = headerValues(rawHeaders, 'content-type');
  if (types.length === 1 && types[0] !== 'application/json') {
    throw new Refusal('unsupported_media_type', { detail: 'The content type is exactly "application/json".' });
  }
  if (headerValues(rawHeaders, 'content-encoding').length > 0) {
    throw new Refusal('unsupported_media_type', { detail: 'The body is sent without a content encoding.' });
  }
}

/** The headers of one signature profile, each exactly once, and no query. @throws Refusal `malformed_request`. */
export function requireSignedHeaders(request: IncomingRequest, profile: Profile): Omit<Admitted, 'body'> {
  if (request.path.includes('?')) throw new Refusal('malformed_request', { detail: 'The request has no query.' });
  const covered = profile.components.filter((component) => !component.startsWith('@'));
  const headers = requireHeaders(request.rawHeaders, [...covered, 'signature-input', 'signature']);
  return {
    headers,
    requestId: parseIdempotencyKey(headers['idempotency-key'] ?? ''),
    traceId: parseTraceId(headers['traceparent'] ?? ''),
  };
}

/** All of admission at once, in the pipeline's order, for signed requests that are no operations. */
export function admit(request: IncomingRequest, profile: Profile, limits: AdmitLimits): Admitted {
  requireSize(request.body, limits.bodyBytes);
  requireMediaType(request.rawHeaders);
  const signed = requireSignedHeaders(request, profile);
  return { ...signed, body: readCanonicalBody(request.body, limits.depth) };
}
