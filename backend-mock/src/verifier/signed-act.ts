import { hash } from 'node:crypto';
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
import { assertion, originOfAssertion } from './assertion.ts';
import { Fault } from './fault.ts';

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
const assertionEvidence = assertion.extend({ act: z.string() });

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
  /** Where a passkey was asked. */
  readonly origin?: string;
}

/**
 * Judges evidence of any form, as whoever verifies the log will. The backend takes an act only on this judgement of what it is
 * about to store, and a commit rests on no other.
 *
 * @returns what was signed, or undefined when anything does not hold or cannot be checked here.
 */
export function judgeEvidence(given: unknown, key: PersonKey): SignedAct | undefined {
  const parsed = evidence.safeParse(given);
  try {
    return parsed.success ? verifySignedAct(parsed.data, key) : undefined;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/**
 * Verifies one signature from its evidence and the public key alone.
 *
 * @returns what was signed, or undefined when anything does not hold.
 * @throws Fault `signature_unverifiable` where the running Node does not know the key's algorithm.
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

function verifyAssertion({ act: text, ...given }: AssertionEvidence, key: PersonKey): SignedAct | undefined {
  const bytes = Buffer.from(text);
  const signed = act.safeParse(readObject(bytes));
  if (!signed.success) return undefined;
  const origin = originOfAssertion(given, hash('sha256', bytes, 'base64url'), key);
  if (origin === undefined) return undefined;
  const { action, arguments: args, nonce, environment, person } = signed.data;
  return { action, arguments: args, requestId: nonce, environment, person, origin };
}

/** The part of evidence that holds a number used once. */
type Signed = { readonly act: string } | { readonly headers: Readonly<Record<string, string>> };

/**
 * The id of the task that an act makes. It follows from what was signed, which holds a number that is used once: a second row
 * that rests on the same signature would need the same id.
 *
 * @returns a UUID of version 8 (RFC 9562, section 5.8).
 */
export function taskIdOf(given: Signed): string {
  const signed = 'act' in given ? given.act : (given.headers['signature-input'] ?? '');
  const hex = hash('sha256', `task\n${signed}`);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** The arguments of an act as they were recorded. */
export const recordedArguments = ({ arguments: args }: SignedAct): string => canonicalize(args);
