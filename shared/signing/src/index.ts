export { canonicalize, parseCanonical, type CanonicalFault, type CanonicalResult } from './canonical.ts';
export { signClientAssertion, type AssertionClaims } from './client-assertion.ts';
export { contentDigest, digestOfBytes, digestOfJson, sha256Hex } from './digest.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { generateSeed, keyThumbprint, privateKeyFromSeed, publicJwk, publicKeyFromX, type PublicJwk } from './keys.ts';
export { OPERATION_PROFILE, PERSON_PROFILE, type Profile } from './profile.ts';
export {
  parseSignature,
  signRequest,
  verifySignature,
  type ParsedSignature,
  type SignedMessage,
} from './request-signature.ts';
export type { SignatureParameters } from './signature-input.ts';
export { signatureTimeFault, type TimeFault } from './signature-time.ts';
export { signStatement, verifyStatement } from './statement.ts';
export { formatToken, parseToken, type ApiToken, type TokenFault, type TokenResult } from './token.ts';
