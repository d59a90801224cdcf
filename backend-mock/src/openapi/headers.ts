import type { JsonObject } from '@narrow-deputies/contracts';
import { OPERATION_PROFILE } from '@narrow-deputies/signing';

const HEX32 = '4bf92f3577b34da6a3ce929d0e0e4736';

const parameter = (name: string, description: string, example: string, pattern?: string): JsonObject => ({
  name,
  in: 'header',
  required: true,
  description: `${description} Sent exactly once.`,
  schema: { type: 'string', ...(pattern !== undefined && { pattern }) },
  example,
});

/** The headers of a signed call, apart from `authorization`, which is a security scheme. */
export const SIGNED_HEADERS: JsonObject = {
  'idempotency-key': parameter(
    'idempotency-key',
    'A UUID in double quotes (draft-ietf-httpapi-idempotency-key-header-07). A retry keeps it; a new call takes a new one. Looked at on plans and commits, kept for 24 hours.',
    '"7d0f1f0a-41c5-4f0e-9a44-0d2f4c1e6b7a"',
    '^"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"$',
  ),
  traceparent: parameter(
    'traceparent',
    'W3C Trace Context, version 00.',
    `00-${HEX32}-00f067aa0ba902b7-01`,
    '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$',
  ),
  'content-digest': parameter(
    'content-digest',
    'SHA-256 of the body (RFC 9530), one member.',
    'sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:',
    '^sha-256=:[A-Za-z0-9+/]{43}=:$',
  ),
  'signature-input': parameter(
    'signature-input',
    `RFC 9421, one fixed profile: label sig, the components (${OPERATION_PROFILE.components.join(' ')}), the parameters created, expires (60 seconds later at most), nonce (22 to 64 base64url characters, used once), keyid, alg="ed25519", tag="${OPERATION_PROFILE.tag}", in this order.`,
    `sig=(${OPERATION_PROFILE.components.map((name) => `"${name}"`).join(' ')});created=1776506400;expires=1776506430;nonce="q83vEjRWeJCrze8SNFZ4kA";keyid="kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";alg="ed25519";tag="${OPERATION_PROFILE.tag}"`,
    '^sig=\\(',
  ),
  signature: parameter(
    'signature',
    'The Ed25519 signature over the RFC 9421 signature base, by the key that the grant is bound to.',
    `sig=:${Buffer.alloc(64, 7).toString('base64')}:`,
    '^sig=:[A-Za-z0-9+/]{86}==:$',
  ),
};

export const signedHeaderRefs = (): JsonObject[] =>
  Object.keys(SIGNED_HEADERS).map((name) => ({ $ref: `#/components/parameters/${name}` }));

const header = (description: string, example: string | number): JsonObject => ({
  description,
  schema: { type: typeof example === 'number' ? 'integer' : 'string' },
  example,
});

/** What answers carry beside the body. */
export const ANSWER_HEADERS: JsonObject = {
  'cache-control': header('Answers are never stored.', 'no-store'),
  ratelimit: header(
    'What is left, per limit (draft-ietf-httpapi-ratelimit-headers-11).',
    '"client";r=59;t=0, "tool";r=14;t=0, "owner";r=119;t=0',
  ),
  'ratelimit-policy': header(
    'The limits that were looked at, from the same draft.',
    '"client";q=240;w=60, "tool";q=30;w=60, "owner";q=480;w=60',
  ),
  'retry-after': header('Whole seconds to wait (RFC 9110 section 10.2.3).', 4),
  'www-authenticate': header('The challenge of a 401 (RFC 9110 section 11.6.1).', 'Bearer realm="narrow-deputies"'),
};

export const answerHeaders = (...names: readonly string[]): JsonObject =>
  Object.fromEntries(['cache-control', ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]));
