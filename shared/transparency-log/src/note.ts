import { sign, verify, type KeyObject } from 'node:crypto';
import { isKeyName, verifierOf, type NoteSigner, type NoteVerifier } from './note-key.ts';
import { decodeBase64, encodeBase64 } from './text.ts';

/**
 * Why a note is refused: it is not of the form; no key that is known signed it; a key that is known has a signature on it
 * that does not verify.
 */
export type NoteFault = 'malformed' | 'unsigned' | 'signature_invalid';

/** The text of a note and the names of the known keys that signed it; or why not to read it. */
export type OpenedNote = { ok: true; text: string; signers: string[] } | { ok: false; fault: NoteFault };

interface NoteSignature {
  name: string;
  keyId: string;
  signature: Uint8Array;
}

const KEY_ID_BYTES = 4;
const MAX_SIGNATURES = 100;
const MAX_NOTE_CHARACTERS = 1_000_000;
// Everything below U+0020 but the newline.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
// A dash, which a key name may hold too, a name without spaces, and what must be base64.
const SIGNATURE_LINE = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/;
// The mark is kept so that a note that begins with one is other text than the note without it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Signs a text (C2SP signed-note, "Format" and "Ed25519 signatures"): the text, a blank line and one signature line for each
 * signer.
 *
 * @throws TypeError when the text does not end with a newline or has a control character or a lone surrogate; when there
 *   is no signer, or one has no Ed25519 private key or no proper name.
 */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!text.endsWith('\n') || !isNoteText(text)) throw new TypeError('The text cannot be the text of a note.');
  if (signers.length === 0 || signers.length > MAX_SIGNATURES) throw new TypeError('A note has 1 to 100 signatures.');
  const lines = signers.map((signer) => {
    const { name, keyId } = verifierOf(signer);
    const signature = sign(null, Buffer.from(text, 'utf8'), signer.privateKey);
    return `\u2014 ${name} ${encodeBase64(Buffer.concat([Buffer.from(keyId, 'hex'), signature]))}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/**
 * Reads and verifies a note (C2SP signed-note, "Signatures"). Signatures by keys that are not among `verifiers` are ignored,
 * also those that share a name or a key id with one; every signature by one of them has to verify. Never throws.
 *
 * @param note its bytes, or its text where it was stored as text.
 */
export function openNote(note: string | Uint8Array, verifiers: readonly NoteVerifier[]): OpenedNote {
  const parsed = parseNote(note);
  if (parsed === undefined) return { ok: false, fault: 'malformed' };
  const signed = Buffer.from(parsed.text, 'utf8');
  const signers = new Set<string>();
  for (const { name, keyId, signature } of parsed.signatures) {
    const known = verifiers.filter((verifier) => verifier.name === name && verifier.keyId === keyId);
    if (known.length === 0) continue;
    if (!known.some(({ publicKey }) => verifies(signed, signature, publicKey))) {
      return { ok: false, fault: 'signature_invalid' };
    }
    signers.add(name);
  }
  return signers.size === 0 ? { ok: false, fault: 'unsigned' } : { ok: true, text: parsed.text, signers: [...signers] };
}

function parseNote(note: string | Uint8Array): { text: string; signatures: NoteSignature[] } | undefined {
  const whole = typeof note === 'string' ? note : decode(note);
  if (whole === undefined || whole.length > MAX_NOTE_CHARACTERS || !whole.endsWith('\n') || !isNoteText(whole)) {
    return undefined;
  }
  // The last blank line is the one before the signatures; the text may have others.
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 0) return undefined;
  const lines = whole.slice(blank + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return undefined;
  const signatures = lines.map(parseSignatureLine).filter((signature) => signature !== undefined);
  return signatures.length === lines.length ? { text: whole.slice(0, blank + 1), signatures } : undefined;
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  if (name === undefined || encoded === undefined || !isKeyName(name)) return undefined;
  const bytes = decodeBase64(encoded);
  if (bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
  const keyId = Buffer.from(bytes.subarray(0, KEY_ID_BYTES)).toString('hex');
  return { name, keyId, signature: bytes.subarray(KEY_ID_BYTES) };
}

const isNoteText = (text: string): boolean => text.isWellFormed() && !CONTROL.test(text);

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Verifies an Ed25519 signature (RFC 8032 section 5.1.7); any doubt is false. */
function verifies(signed: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  try {
    return key.asymmetricKeyType === 'ed25519' && verify(null, signed, key, signature);
  } catch {
    return false;
  }
}
