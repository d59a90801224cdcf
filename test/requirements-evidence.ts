/** The promises of `requirements.ts` that are about proofs: what is taken of people is what can be verified afterwards. */
export const EVIDENCE_REQUIREMENTS = {
  'evidence.judged': 'What the backend takes of a person, the verification of the exported log holds, byte for byte.',
  'evidence.algorithms': 'Passkeys are offered and enrolled with algorithms alone that the verification can check.',
  'evidence.spelling': 'A proof has one spelling: another one of the same bytes, or of the same JSON, is refused.',
  'evidence.unverifiable': 'A signature of an algorithm that this Node does not know is unverifiable, never forged.',
  'wire.plain-target': 'A request target that is not in its plain form is not_found, on every route of both ports.',
  'evidence.browser': 'What people did in a real browser verifies from the exported log.',
  'verify.every-fault': 'A verification goes on after a fault and reports each, the first hundred in full.',
} as const;
