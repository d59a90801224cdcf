import { AuditUnavailable } from '../audit/audit-unavailable.ts';
import { CommitUnknown } from '../database/commit-unknown.ts';
import { isLockTimeout } from '../database/database.ts';
import { isStoreTrouble } from '../database/store-trouble.ts';
import { Refusal } from './refusal.ts';

/** What can be said when not even the denial could be stored. */
export const unrecorded = (code: 'audit_unavailable' | 'unavailable'): Refusal =>
  new Refusal(code, {
    detail: 'Nothing was changed: the service cannot record this call at the moment. Try again later.',
    retryAfter: 5,
  });

/** Who reads it: what is safe to do next differs. */
export type Reader = 'agent' | 'client' | 'person';

const NEXT: Readonly<Record<Reader, string>> = {
  agent: 'Repeat this very call; do not make a new plan.',
  client: 'Ask again, with a new assertion.',
  person: 'Look whether it did before you do it again.',
};

/** What can be said when the store was told to commit and nobody can tell whether it did. */
export const notKnown = (reader: Reader): Refusal =>
  new Refusal('unavailable', { detail: `It is not known whether this happened. ${NEXT[reader]}`, retryAfter: 5 });

/** Another call held for too long what this one needs. */
const waited = (): Refusal =>
  new Refusal('unavailable', {
    detail: 'Nothing was changed: somebody else held for too long what this call needs. Try again in a moment.',
    retryAfter: 2,
  });

/** The refusal for an error that is the store's own and may pass; undefined for any other. */
export function storeRefusal(error: unknown, reader: Reader): Refusal | undefined {
  if (error instanceof CommitUnknown) return notKnown(reader);
  if (error instanceof AuditUnavailable) return unrecorded('audit_unavailable');
  if (isLockTimeout(error)) return waited();
  return isStoreTrouble(error) ? unrecorded('unavailable') : undefined;
}
