import type { Code, Kind } from '@narrow-deputies/contracts';
import type { RegisteredOperation } from '../operations/registry.ts';

/** What can be refused before anybody is known, and by whom the signature says it is: the first stages of the pipeline. */
export const SIGNED_CALL: readonly Code[] = [
  'malformed_request',
  'not_canonical',
  'unauthenticated',
  'signature_invalid',
  'signature_expired',
  'replayed',
  'wrong_environment',
  'request_too_large',
  'unsupported_media_type',
  'invalid_arguments',
  'rate_limited',
  'internal',
  'audit_unavailable',
  'unavailable',
];

/** What every operation can be refused for beyond that. */
const ENTITLED: readonly Code[] = ['insufficient_scope', 'task_mismatch', 'denied_by_policy', 'suspended'];

const REPEATED: readonly Code[] = ['idempotency_conflict', 'idempotency_in_flight'];

const BY_KIND: Readonly<Record<Kind, readonly Code[]>> = {
  read: [],
  plan: [...REPEATED, 'not_found', 'too_many_plans'],
  commit: [
    ...REPEATED,
    'not_found',
    'plan_kind_mismatch',
    'approval_required',
    'approval_rejected',
    'plan_stale',
    'plan_expired',
  ],
};

/** Every code that one operation can answer with. */
export function codesOf(operation: RegisteredOperation): readonly Code[] {
  const named = operation.kind === 'read' && operation.handler.resources ? (['not_found'] as const) : [];
  return [...SIGNED_CALL, ...ENTITLED, ...BY_KIND[operation.kind], ...named];
}
