import { createHash } from 'node:crypto';
import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize } from '@narrow-deputies/signing';
import * as z from 'zod';

/**
 * One thing that one person does, once. Its canonical form (RFC 8785) is what an authenticator is asked to sign the
 * digest of: for a decision that is plan digest, shown digest, decision, reviewer and nonce.
 */
export interface Act {
  readonly environment: string;
  readonly action: string;
  readonly arguments: JsonObject;
  /** Pseudonymous id. */
  readonly person: string;
  /** Base64url, used once. */
  readonly nonce: string;
}

const actSchema = z.strictObject({
  environment: z.string(),
  action: z.string(),
  arguments: z.record(z.string(), z.json()),
  person: z.string(),
  nonce: z.string(),
});

/** The text that is signed. */
export const actText = (act: Act): string => canonicalize({ ...act });

/** The challenge (WebAuthn Level 3, section 13.4.3) that stands for a text: base64url of its SHA-256. */
export const challengeOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** @returns undefined for a text that is no act in canonical form. */
export function parseAct(text: string): Act | undefined {
  try {
    const act = actSchema.safeParse(JSON.parse(text));
    return act.success && actText(act.data) === text ? act.data : undefined;
  } catch {
    return undefined;
  }
}
