import type { Profile } from './profile.ts';

/** `created` and `expires` in seconds since the epoch; `nonce` 22 to 64 base64url characters; `keyid` a thumbprint. */
export interface SignatureParameters {
  created: number;
  expires: number;
  nonce: string;
  keyid: string;
}

// Integers have at most 15 digits (RFC 9651 section 3.3.1); a keyid is the base64url of a SHA-256.
const PARAMETERS = /^;created=(0|[1-9]\d{0,14});expires=(0|[1-9]\d{0,14});nonce="([\w-]{22,64})";keyid="([\w-]{43})"$/;

const before = (profile: Profile): string => `(${profile.components.map((name) => `"${name}"`).join(' ')})`;
const after = (profile: Profile): string => `;alg="ed25519";tag="${profile.tag}"`;

/**
 * Writes the value of `@signature-params` (RFC 9421 section 2.3), which is also what follows `sig=` in `signature-input`.
 *
 * @throws TypeError when a parameter does not fit the profile.
 */
export function formatInput(profile: Profile, { created, expires, nonce, keyid }: SignatureParameters): string {
  const input = `${before(profile)};created=${created};expires=${expires};nonce="${nonce}";keyid="${keyid}"${after(profile)}`;
  if (parseInput(profile, input) === undefined) throw new TypeError('A signature parameter is out of profile.');
  return input;
}

/** Reads what `formatInput` writes, by comparison with the profile's fixed text; undefined for any other spelling. */
export function parseInput(profile: Profile, input: string): SignatureParameters | undefined {
  const head = before(profile);
  const tail = after(profile);
  if (!input.startsWith(head) || !input.endsWith(tail)) return undefined;
  const [, created, expires, nonce, keyid] = PARAMETERS.exec(input.slice(head.length, -tail.length)) ?? [];
  if (nonce === undefined || keyid === undefined) return undefined;
  return { created: Number(created), expires: Number(expires), nonce, keyid };
}
