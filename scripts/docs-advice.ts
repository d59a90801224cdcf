import type { Code } from '@narrow-deputies/contracts';

/** What the reader of a refusal does next: the person, or the one who wrote the client. Complete by type. */
export const WHAT_TO_DO: Readonly<Record<Code, string>> = {
  malformed_request:
    'Mend the client: a header is missing, doubled or misshapen, the body is no JSON object or is nested too deeply. `detail` says which.',
  not_canonical: 'Mend the client: send the RFC 8785 form of the arguments, byte for byte, and sign those bytes.',
  unauthenticated:
    'Get a new grant. If that is refused too, the token was revoked, has expired or belongs to another store: `deputies doctor` says which; `token mint` makes another. For a person: the key is not enrolled here.',
  signature_invalid:
    'Mend the client: the signature does not cover exactly what arrived, in the one profile, by the key that the grant is bound to. Something between the two may have changed the request.',
  signature_expired: 'Sign anew, with a new nonce and the same idempotency key. If it comes again, set the clock.',
  replayed: 'Sign anew, with a new nonce and the same idempotency key. If nobody sent it twice, somebody recorded it.',
  wrong_environment:
    'Use a credential of the environment that this backend serves, and its exact public address as `DEPUTY_BACKEND_URL`.',
  insufficient_scope:
    'Do without, or ask an administrator for a credential that covers this tool. For a decision: `conditions` says whose it is.',
  task_required: 'Ask for a task that covers this call, and narrow the grant to it.',
  task_mismatch: 'Keep to the tools and the resource of the task, or ask for a grant that is narrowed otherwise.',
  denied_by_policy: 'Do something else. Asking again changes nothing.',
  approval_required:
    'Give the person the link in `approvalUrl`. Commit the same plan again when they say that they decided; make no new plan.',
  approval_rejected:
    'Stop. `detail` has the reason, where one was given. Propose the same again only if the user asks for it.',
  suspended: 'Ask an administrator. Nothing that the client does helps.',
  not_found:
    'Look at the list for the right name. A plan that belongs to another client is not there either. For an address: there is no such route or method.',
  plan_stale: 'Make a new plan and have it approved. `errors` says what changed.',
  plan_kind_mismatch: 'Commit with the tool that `detail` names.',
  too_many_plans: 'Commit or reject some of the open plans, or wait until they expire.',
  idempotency_in_flight: 'Wait as long as `retryAfter` says, then send the same call with the same key.',
  plan_expired: 'Make a new plan.',
  request_too_large: 'Send less; `detail` names the bound. A draft has 512 KiB at most.',
  unsupported_media_type: 'Mend the client: `content-type` is exactly `application/json`, without an encoding.',
  invalid_arguments: 'Change what `errors` points at, and call again.',
  idempotency_conflict: 'Mend the client: a call with other arguments takes a new key.',
  rate_limited: 'Wait as long as `retryAfter` says, then go on more slowly.',
  internal: 'Try again later. Whoever runs the backend finds the cause in what it prints.',
  audit_unavailable:
    'Try again later; nothing was changed. Whoever runs the backend looks at the store: full, locked or away.',
  unavailable:
    'Repeat the same call, with the same key: `detail` says whether nothing was changed or nobody knows. Look whether the backend runs and whether its clock is right: `deputies doctor`.',
};
