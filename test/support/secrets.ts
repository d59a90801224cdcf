import { Buffer } from 'node:buffer';

/** A secret by a name that may be printed. */
export interface Secret {
  readonly name: string;
  readonly value: string | Uint8Array;
}

const SHORTEST = 8;

/** The part of a base64 text that does not depend on what stands around the secret, for each of the three alignments. */
function base64Cores(bytes: Buffer, encoding: 'base64' | 'base64url'): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString(encoding)
      .replaceAll('=', '');
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    return text.slice(start, end);
  });
}

/** How a secret may look in a text: as it is, quoted, hexadecimal, percent-encoded, or inside base64 at any place. */
function formsOf(value: string | Uint8Array): Set<string> {
  const bytes = Buffer.from(value);
  const forms = [bytes.toString('hex'), bytes.toString('hex').toUpperCase()];
  forms.push(...base64Cores(bytes, 'base64'), ...base64Cores(bytes, 'base64url'), bytes.toString('latin1'));
  if (typeof value === 'string') forms.push(value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value));
  return new Set(forms.filter((form) => form.length >= SHORTEST));
}

/** The names of the secrets that occur in what was put out, in whatever form. */
export function secretsIn(output: string | Uint8Array, secrets: readonly Secret[]): string[] {
  const text = typeof output === 'string' ? output : Buffer.from(output).toString('latin1');
  return secrets.filter(({ value }) => [...formsOf(value)].some((form) => text.includes(form))).map(({ name }) => name);
}
