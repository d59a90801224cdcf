/**
 * Algorithms of passkeys, by their COSE numbers (IANA COSE Algorithms), the one that is liked best first: EdDSA over Ed25519,
 * ES256, RS256. Enrolment offers and takes these alone, since every Node that this product runs on can verify them, today and
 * when somebody looks at an old log.
 */
export const PASSKEY_ALGORITHMS: readonly number[] = [-8, -7, -257];

/** ML-DSA-44 (draft-ietf-cose-dilithium). Never offered; logs can hold passkeys that were enrolled with it. */
export const ML_DSA_44 = -48;
