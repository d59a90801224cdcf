import { hash, verify } from 'node:crypto';
import type { JsonObject } from '@narrow-deputies/contracts';
import {
  canonicalize,
  contentDigest,
  keyThumbprint,
  parseCanonical,
  parseSignature,
  PERSON_PROFILE,
  publicKeyFromX,
  verifySignature,
} from '@narrow-deputies/signing';
import * as z from 'zod';
import { readCoseKey } from './cose-key.ts';

const base64url = z.string().refine((text) => Buffer.from(text, 'base64url').toString('base64url') === text);

/** A request that a person signed with a key of the command line: exactly what the signature covers, and itself. */
const requestEvidence = z.strictObject({
  method: z.literal('POST'),
  targetUri: z.string(),
  headers: z.strictObject(
    Object.fromEntries(
      [
        ...PERSON_PROFILE.components.filter((component) => !component.startsWith('@')),
        'signature-input',
        'signature',
      ].map((name) => [name, z.string()]),
    ),
  ),
  body: z.string(),
});

/** A passkey's assertion, and the act that its challenge stands for. */
const assertionEvidence = z.strictObject({
  act: z.string(),
  credentialId: base64url,
  clientDataJSON: base64url,
  authenticatorData: base64url,
  signature: base64url,
});

export const evidence = z.union([requestEvidence, assertionEvidence]);
export type Evidence = z.infer<typeof evidence>;
type RequestEvidence = z.infer<typeof requestEvidence>;
type AssertionEvidence = z.infer<typeof assertionEvidence>;

const isAssertion = (given: Evidence): given is AssertionEvidence => 'act' in given;

/** A person's public key: the `x` of an Ed25519 JWK, or a COSE key, base64url. */
export interface PersonKey {
  readonly keyid: string;
  readonly kind: 'key' | 'passkey';
  readonly publicKey: string;
}

/** What somebody signed. */
export interface SignedAct {
  readonly action: string;
  readonly arguments: JsonObject;
  /** Idempotency key or nonce: what the entry of the act is found by. */
  readonly requestId: string;
  /** Set where the signature covers them. */
  readonly environment?: string;
  readonly person?: string;
}

/**
 * Verifies one signature from its evidence and the public key alone.
 *
 * @returns what was signed, or undefined when anything does not hold.
 */
export function verifySignedAct(given: Evidence, key: PersonKey): SignedAct | undefined {
  if (isAssertion(given)) return key.kind === 'passkey' ? verifyAssertion(given, key) : undefined;
  return key.kind === 'key' ? verifyRequest(given, key) : undefined;
}

const PATH = /\/people\/([a-z_]+)$/;
const DEPTH_MAX = 8;
const IDEMPOTENCY_KEY = /^"([0-9A-Fa-f-]{36})"$/;

/** RFC 9421 with the profile of people. */
function verifyRequest({ method, targetUri, headers, body }: RequestEvidence, key: PersonKey): SignedAct | undefined {
  const bytes = Buffer.from(body);
  const parsed = parseSignature(PERSON_PROFILE, {
    signatureInput: headers['signature-input'] ?? '',
    signature: headers['signature'] ?? '',
  });
  const [, action] = PATH.exec(targetUri) ?? [];
  const [, requestId] = IDEMPOTENCY_KEY.exec(headers['idempotency-key'] ?? '') ?? [];
  if (!parsed || action === undefined || requestId === undefined) return undefined;
  const holds =
    isOfItsName(key) &&
    parsed.parameters.keyid === key.keyid &&
    headers['content-digest'] === contentDigest(bytes) &&
    verifySignature(PERSON_PROFILE, { method, targetUri, headers }, parsed, publicKeyFromX(key.publicKey));
  const args = holds ? readObject(bytes) : undefined;
  return args && { action, arguments: args, requestId: requestId.toLowerCase() };
}

/** Whether the key of a key file is the one that its name says (RFC 7638). */
export function isOfItsName({ keyid, publicKey }: PersonKey): boolean {
  try {
    publicKeyFromX(publicKey);
    return keyThumbprint({ kty: 'OKP', crv: 'Ed25519', x: publicKey }) === keyid;
  } catch {
    return false;
  }
}

function readObject(bytes: Uint8Array): JsonObject | undefined {
  const parsed = parseCanonical(bytes, { maxDepth: DEPTH_MAX });
  const { value } = parsed.ok ? parsed : { value: null };
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

const act = z.strictObject({
  environment: z.string(),
  action: z.string(),
  arguments: z.record(z.string(), z.json()),
  person: z.string(),
  nonce: z.string(),
});

const clientData = z.object({
  type: z.literal('webauthn.get'),
  challenge: z.string(),
  origin: z.url({ protocol: /^https?$/ }),
  crossOrigin: z.literal(false).optional(),
});

/** Of the authenticator data (WebAuthn Level 3, section 6.1). */
const RP_ID_HASH_BYTES = 32;
const HEAD_BYTES = RP_ID_HASH_BYTES + 1 + 4;
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

const sha256 = (data: string | Uint8Array): Buffer => hash('sha256', data, 'buffer');

/** WebAuthn Level 3, section 7.2, as far as it can be done again later: all but the counter. */
function verifyAssertion(given: AssertionEvidence, { keyid, publicKey }: PersonKey): SignedAct | undefined {
  const bytes = Buffer.from(given.act);
  const signed = act.safeParse(readObject(bytes));
  const client = Buffer.from(given.clientDataJSON, 'base64url');
  const said = clientData.safeParse(readJson(client));
  const authenticator = Buffer.from(given.authenticatorData, 'base64url');
  const asserted = readCoseKey(publicKey);
  if (!signed.success || !said.success || !asserted || authenticator.length < HEAD_BYTES) return undefined;
  const flags = authenticator.readUInt8(RP_ID_HASH_BYTES);
  const relyingParty = sha256(new URL(said.data.origin).hostname);
  const holds =
    given.credentialId === keyid &&
    said.data.challenge === sha256(bytes).toString('base64url') &&
    relyingParty.equals(authenticator.subarray(0, RP_ID_HASH_BYTES)) &&
    (flags & USER_PRESENT) !== 0 &&
    (flags & USER_VERIFIED) !== 0 &&
    verifyBytes(asserted, Buffer.concat([authenticator, sha256(client)]), given.signature);
  if (!holds) return undefined;
  const { action, arguments: args, nonce, environment, person } = signed.data;
  return { action, arguments: args, requestId: nonce, environment, person };
}

function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function verifyBytes(
  { key, digest }: NonNullable<ReturnType<typeof readCoseKey>>,
  signed: Buffer,
  signature: string,
): boolean {
  try {
    return verify(digest, signed, key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** The text that was signed, from which the id of a task follows. */
export const signedText = (given: Evidence): string =>
  isAssertion(given) ? given.act : (given.headers['signature-input'] ?? '');

/** The arguments of an act as they were recorded. */
export const recordedArguments = ({ arguments: args }: SignedAct): string => canonicalize(args);
