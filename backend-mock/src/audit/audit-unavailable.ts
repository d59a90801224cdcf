import { errorMessage } from '../common/error-code.ts';

/** The audit entry could not be written: the call fails, and nothing has happened. */
export class AuditUnavailable extends Error {
  constructor(cause: unknown) {
    super(`the audit entry could not be written: ${errorMessage(cause)}`, { cause });
    this.name = 'AuditUnavailable';
  }
}
