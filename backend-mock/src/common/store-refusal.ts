import { AuditUnavailable } from '../audit/audit-unavailable.ts';
import { isStoreTrouble } from '../database/store-trouble.ts';
import { Refusal } from './refusal.ts';

/** What can be said when not even the denial could be stored. */
export const unrecorded = (code: 'audit_unavailable' | 'unavailable'): Refusal =>
  new Refusal(code, {
    detail: 'Nothing was changed: the service cannot record this call at the moment. Try again later.',
    retryAfter: 5,
  });

/** The refusal for an error that is the store's own and may pass; undefined for any other. */
export function storeRefusal(error: unknown): Refusal | undefined {
  if (error instanceof AuditUnavailable) return unrecorded('audit_unavailable');
  return isStoreTrouble(error) ? unrecorded('unavailable') : undefined;
}
