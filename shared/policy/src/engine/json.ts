export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** Reference tokens of a JSON pointer (RFC 6901, section 4). */
export const pointerTokens = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

const INDEX = /^(0|[1-9]\d*)$/;

/** The value that reference tokens lead to, or undefined where there is none. */
export function valueAt(value: JsonValue | undefined, tokens: readonly string[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const token of tokens) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, token)) return undefined;
    // A list has items alone: its length is no part of the JSON.
    if (Array.isArray(at) && !INDEX.test(token)) return undefined;
    at = (at as JsonObject)[token];
  }
  return at;
}
