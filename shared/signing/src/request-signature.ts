import type { KeyObject } from 'node:crypto';
import { decodeExactly } from './base64.ts';
import { SIGNATURE_BYTES, signText, verifyText } from './ed25519.ts';
import type { Profile } from './profile.ts';
import { signatureBase, type Component } from './signature-base.ts';
import { formatInput, parseInput, type SignatureParameters } from './signature-input.ts';

/** What a signature covers. `headers` has lower-case names and, for each, the one value that was sent. */
export interface SignedMessage {
  method: string;
  /** The backend's public origin and the path, as both sides know it; never taken from `Host`. */
  targetUri: string;
  headers: Readonly<Record<string, string>>;
}

/** A signature as read from its two headers; `input` is the text after `sig=`, the value of `@signature-params`. */
export interface ParsedSignature {
  parameters: SignatureParameters;
  signature: Uint8Array;
  input: string;
}

const LABEL = 'sig=';

/**
 * Signs a request (RFC 9421 section 3.1) and returns the two headers to add.
 *
 * @throws TypeError when a covered header is missing, a value cannot be signed, a parameter is out of profile, or the
 *   key is not an Ed25519 private key.
 */
export function signRequest(
  profile: Profile,
  message: SignedMessage,
  parameters: SignatureParameters,
  key: KeyObject,
): { 'signature-input': string; signature: string } {
  const input = formatInput(profile, parameters);
  const base = baseOf(profile, message, input);
  if (base === undefined) throw new TypeError('A covered component is missing or cannot be signed.');
  return {
    'signature-input': `${LABEL}${input}`,
    signature: `${LABEL}:${signText(base, key).toString('base64')}:`,
  };
}

/**
 * Reads the two headers of a signature. There is one accepted spelling, that of `signRequest`: label, components,
 * parameters and their order are fixed, and the base64 must be the one encoding of its 64 bytes.
 *
 * @returns undefined for anything else. Nothing is verified yet, neither the signature nor the times.
 */
export function parseSignature(
  profile: Profile,
  fields: { signatureInput: string; signature: string },
): ParsedSignature | undefined {
  const { signatureInput, signature: value } = fields;
  if (!signatureInput.startsWith(LABEL) || !value.startsWith(`${LABEL}:`) || !value.endsWith(':')) return undefined;
  const input = signatureInput.slice(LABEL.length);
  const parameters = parseInput(profile, input);
  const signature = decodeExactly(value.slice(LABEL.length + 1, -1), 'base64', SIGNATURE_BYTES);
  return parameters && signature && { parameters, signature, input };
}

/**
 * Verifies a parsed signature over a message (RFC 9421 section 3.2). Times, nonce and whose key it is are the caller's
 * to judge. Never throws: a missing header, a value that cannot be signed or a key of another type is false.
 */
export function verifySignature(
  profile: Profile,
  message: SignedMessage,
  parsed: { input: string; signature: Uint8Array },
  key: KeyObject,
): boolean {
  // An input of another profile would claim components other than those that the base holds.
  if (parseInput(profile, parsed.input) === undefined) return false;
  const base = baseOf(profile, message, parsed.input);
  return base !== undefined && verifyText(base, parsed.signature, key);
}

function baseOf(profile: Profile, message: SignedMessage, input: string): string | undefined {
  const components: Component[] = [];
  for (const name of profile.components) {
    const value = componentValue(message, name);
    if (value === undefined) return undefined;
    components.push([name, value]);
  }
  return signatureBase(components, input);
}

function componentValue(message: SignedMessage, name: string): string | undefined {
  if (name === '@method') return message.method;
  if (name === '@target-uri') return message.targetUri;
  return Object.hasOwn(message.headers, name) ? message.headers[name] : undefined;
}
