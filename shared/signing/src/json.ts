/** A JSON value as RFC 8259 section 3 defines it. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object; `parseCanonical` never returns one with the key `__proto__`. */
export interface JsonObject {
  [key: string]: JsonValue;
}
