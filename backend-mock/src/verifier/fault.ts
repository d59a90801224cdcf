/**
 * What can be wrong beside the tree itself. The tree's own reasons are those of the transparency log (`LogReason`).
 *
 * - `file_*`, `key_*`, `checkpoint_missing`: a file of the export is not there, not known, or not as it was exported; the
 *   key cannot be read, or is not the one kept elsewhere.
 * - `entry_*`, `entries_lost`: an entry is of no known version, of another environment, before its time, or not the next that
 *   its writer wrote.
 * - `payload_*`: what an entry was about is not what was logged, or gone without a deletion on record.
 * - `plan_*`, `release_*`, `approval_*`, `approver_*`, `task_*`: an effect does not go back to a plan and to whoever let it
 *   happen.
 * - `signature_unverifiable`: a signature is of an algorithm that the running Node does not know. Nothing is wrong with it as far
 *   as that can be said; another Node can say more.
 * - `policy_*`, `act_*`, `enrolment_*`: what was decided by, or who decided, did not come about as the log says.
 */
export type ExportCode =
  | 'file_missing'
  | 'file_unexpected'
  | 'file_damaged'
  | 'key_unusable'
  | 'key_mismatch'
  | 'entry_malformed'
  | 'entry_environment'
  | 'entry_time'
  | 'entry_unproven'
  | 'entry_repeated'
  | 'entries_lost'
  | 'payload_malformed'
  | 'payload_mismatch'
  | 'payload_missing'
  | 'payload_unexpected'
  | 'evidence_malformed'
  | 'evidence_missing'
  | 'evidence_unexpected'
  | 'plan_missing'
  | 'plan_mismatch'
  | 'plan_repeated'
  | 'plan_expired'
  | 'release_missing'
  | 'release_lowered'
  | 'approval_missing'
  | 'approval_invalid'
  | 'approvals_too_few'
  | 'approver_not_enrolled'
  | 'approver_not_entitled'
  | 'approver_revoked'
  | 'task_missing'
  | 'task_invalid'
  | 'task_exceeded'
  | 'policy_not_activated'
  | 'policy_unsigned'
  | 'act_missing'
  | 'act_invalid'
  | 'act_not_entitled'
  | 'signature_unverifiable'
  | 'enrolment_unfounded';

/** One thing that does not hold; thrown by a check, and an answer of the verification. */
export class Fault extends Error {
  readonly code: ExportCode;
  /** Index of the entry, where it is not the one being checked. */
  readonly index: number | undefined;

  /** @param message a sentence for people that repeats nothing from the log. */
  constructor(code: ExportCode, message: string, index?: number) {
    super(message);
    this.name = 'Fault';
    this.code = code;
    this.index = index;
  }
}

/** @throws Fault unless something holds. */
export function ensure(holds: boolean, code: ExportCode, message: string): asserts holds {
  if (!holds) throw new Fault(code, message);
}
