import type { JsonValue } from '@narrow-deputies/contracts';

const SCRIPTS = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
] as const;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const MOST = 10;
/** More of one text is not looked at; nobody reads it at a glance either. */
const LOOKED_AT = 20_000;

/** A word with letters that look like others. */
export interface LookAlike {
  readonly word: string;
  readonly why: string;
}

/** Words of all texts in a value that mix alphabets, or are written in letters that only look like letters. Pure. */
export function lookAlikes(value: JsonValue): LookAlike[] {
  const found = new Map<string, string>();
  for (const text of textsOf(value)) {
    for (const [word] of text.slice(0, LOOKED_AT).matchAll(WORD)) {
      const why = found.size < MOST ? whyOf(word) : undefined;
      if (why !== undefined) found.set(word, why);
    }
  }
  return [...found].map(([word, why]) => ({ word: word.slice(0, 80), why }));
}

function whyOf(word: string): string | undefined {
  const scripts = SCRIPTS.filter(([, letters]) => letters.test(word)).map(([name]) => name);
  if (scripts.length > 1) return `mixes ${scripts.join(' and ')} letters`;
  const plain = word.normalize('NFKC');
  // Letters dressed up as others: full width, mathematical, enclosed. Composed accents are none of these.
  return plain !== word.normalize('NFC') && /^[A-Za-z0-9]+$/.test(plain)
    ? `is "${plain}" in other characters`
    : undefined;
}

function textsOf(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((item: JsonValue) => textsOf(item));
}
