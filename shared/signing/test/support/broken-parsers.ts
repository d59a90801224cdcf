import { canonicalize, type JsonValue } from '../../src/index.ts';

/** Whether a parser lets bytes through. */
export type Accepts = (bytes: Uint8Array) => boolean;

const accepts =
  (judge: (bytes: Uint8Array) => boolean): Accepts =>
  (bytes) => {
    try {
      return judge(bytes);
    } catch {
      return false;
    }
  };
const decode = (bytes: Uint8Array, options: ConstructorParameters<typeof TextDecoder>[1]): string =>
  new TextDecoder('utf-8', options).decode(bytes);
const STRICT = { fatal: true, ignoreBOM: true };
const ownProto = (_: string, value: unknown): unknown => {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__'))
    throw new TypeError('__proto__');
  return value;
};

/** Parsers that each lack one check of `parseCanonical`: the denied bodies are worth something if they find every one. */
export const BROKEN_PARSERS: Readonly<Record<string, Accepts>> = {
  'does not compare with the canonical form': accepts((bytes) => {
    JSON.parse(decode(bytes, STRICT), ownProto);
    return true;
  }),
  'compares after a lenient decoding': accepts((bytes) => {
    const text = decode(bytes, { ignoreBOM: true });
    const value: JsonValue = JSON.parse(text, ownProto);
    return canonicalize(value) === text;
  }),
  'drops a byte-order mark': accepts((bytes) => {
    const text = decode(bytes, { fatal: true });
    const value: JsonValue = JSON.parse(text, ownProto);
    return canonicalize(value) === text;
  }),
  'lets __proto__ and any depth through': accepts((bytes) => {
    const text = decode(bytes, STRICT);
    const value: JsonValue = JSON.parse(text);
    return canonicalize(value) === text;
  }),
};
