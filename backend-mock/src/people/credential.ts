import type { ApprovalEvidence } from '../approvals/approval-evidence.ts';
import type { PasskeyEvidence } from './passkeys/passkey-evidence.ts';

/**
 * How well it is known who acted: with a key on the machine that the agent runs on as well (development only), or with a
 * passkey that asked for its person.
 */
export type Assurance = 'simulated' | 'passkey';

/** What a person proved who they are with: a key of the command line, or a passkey. */
export interface Credential {
  /** Thumbprint of the key, or the credential's id. */
  readonly keyid: string;
  readonly personId: string;
  readonly assurance: Assurance;
  readonly state: 'active' | 'revoked';
}

/** What was signed with it, whole. */
export type Evidence = ApprovalEvidence | PasskeyEvidence;

export const isPasskeyEvidence = (evidence: Evidence): evidence is PasskeyEvidence => 'authenticatorData' in evidence;
