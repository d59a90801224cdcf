/** How people prove who they are, and what they proved. */
export interface PeopleTables {
  passkeys: PasskeysTable;
  invitations: InvitationsTable;
  console_sessions: ConsoleSessionsTable;
  challenges: ChallengesTable;
  person_acts: PersonActsTable;
}

/** A WebAuthn credential of one person. */
export interface PasskeysTable {
  /** Credential id, base64url. */
  id: string;
  person_id: string;
  /** COSE key (RFC 9052), base64url. */
  public_key: string;
  /** The highest signature counter seen; 0 for authenticators that keep none. */
  counter: number;
  /** JSON array of transports. */
  transports: string;
  /** How its person tells it from others. */
  label: string;
  invitation_id: string;
  state: 'active' | 'revoked';
  created_at: number;
  last_used_at: number | null;
}

/** A link that enrols one passkey, once. */
export interface InvitationsTable {
  id: string;
  /** SHA-256 of the link's secret, hex; the secret itself is nowhere. */
  secret_digest: string;
  name: string;
  /** JSON array of role names; what the person will have. */
  roles: string;
  /** The administrator; null for the first of a new store. */
  invited_by: string | null;
  created_at: number;
  expires_at: number;
  used_at: number | null;
  /** When it was taken back, or whoever gave or was to have it lost what it rests on. */
  closed_at: number | null;
  person_id: string | null;
}

/** A browser that somebody signed in with. It reads; every decision takes a fresh assertion besides. */
export interface ConsoleSessionsTable {
  /** SHA-256 of the cookie's value, hex. */
  id: string;
  person_id: string;
  passkey_id: string;
  csrf: string;
  created_at: number;
  seen_at: number;
  expires_at: number;
  revoked_at: number | null;
}

/** What was asked of an authenticator, until it is answered; each is used once. */
export interface ChallengesTable {
  /** Base64url. */
  nonce: string;
  purpose: 'sign_in' | 'enrol' | 'act';
  /** For an act: the canonical text that the challenge is the digest of. */
  bound: string;
  expires_at: number;
}

/** What a person did with a passkey, kept so that it can be verified again, anywhere. */
export interface PersonActsTable {
  id: string;
  person_id: string;
  action: string;
  /** JSON. */
  evidence: string;
  created_at: number;
}
