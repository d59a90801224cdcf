/**
 * Every code that a refusal can carry, with its HTTP status, a short title and whether the same call may succeed when it
 * is simply sent again later. The union is closed: a code that is not here cannot leave the backend or a server.
 */
export const CODES = {
  malformed_request: { status: 400, title: 'The request is malformed', retryable: false },
  not_canonical: { status: 400, title: 'The body is not in canonical form', retryable: false },
  unauthenticated: { status: 401, title: 'No valid grant', retryable: false },
  signature_invalid: { status: 401, title: 'The signature does not verify', retryable: false },
  signature_expired: { status: 401, title: 'The signature has expired', retryable: true },
  replayed: { status: 401, title: 'This exact request was seen before', retryable: false },
  wrong_environment: { status: 401, title: 'The credential belongs to another environment', retryable: false },
  insufficient_scope: { status: 403, title: 'The credential does not cover this tool', retryable: false },
  task_required: { status: 403, title: 'This call needs a task', retryable: false },
  task_mismatch: { status: 403, title: 'The task does not cover this call', retryable: false },
  denied_by_policy: { status: 403, title: 'Policy denies this call', retryable: false },
  approval_required: { status: 403, title: 'A person has to approve this plan first', retryable: true },
  approval_rejected: { status: 403, title: 'A person rejected this plan', retryable: false },
  suspended: { status: 403, title: 'This credential is suspended', retryable: false },
  not_found: { status: 404, title: 'There is nothing here by that name', retryable: false },
  plan_stale: { status: 409, title: 'The world changed since this plan was made', retryable: false },
  plan_kind_mismatch: { status: 409, title: 'The plan belongs to another commit tool', retryable: false },
  too_many_plans: { status: 409, title: 'Too many plans are open', retryable: true },
  idempotency_in_flight: { status: 409, title: 'The same call is still running', retryable: true },
  plan_expired: { status: 410, title: 'The plan has expired', retryable: false },
  request_too_large: { status: 413, title: 'The request is too large', retryable: false },
  unsupported_media_type: { status: 415, title: 'The media type is not supported', retryable: false },
  invalid_arguments: { status: 422, title: 'The arguments are not valid', retryable: false },
  idempotency_conflict: { status: 422, title: 'This idempotency key was used with other arguments', retryable: false },
  rate_limited: { status: 429, title: 'Too many calls', retryable: true },
  internal: { status: 500, title: 'Something failed inside', retryable: true },
  audit_unavailable: { status: 503, title: 'The audit log cannot be written', retryable: true },
  unavailable: { status: 503, title: 'The service is not available', retryable: true },
} as const;

export type Code = keyof typeof CODES;

/** Narrows a string to the closed union of codes. */
export const isCode = (value: unknown): value is Code => typeof value === 'string' && Object.hasOwn(CODES, value);
