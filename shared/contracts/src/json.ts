/** A JSON value as RFC 8259 section 3 defines it. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object; `__proto__` never appears as a key (the canonical parser refuses it). */
export interface JsonObject {
  [key: string]: JsonValue;
}
