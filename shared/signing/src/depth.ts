const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Whether JSON text nests arrays and objects more than `maxDepth` deep; the top-level value counts as 1. Works on raw
 * bytes, in one pass and constant memory, so that no parser meets a deep text. Bytes above 0x7f are never structural
 * in UTF-8, and where the text is not JSON the answer may be wrong: the parser refuses it at that place.
 */
export function nestsDeeperThan(bytes: Uint8Array, maxDepth: number): boolean {
  // Refuses a bound that is not a number, too: every comparison with NaN is false.
  if (!(maxDepth >= 1)) return true;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (quoted) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) {
      quoted = true;
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      if (++depth > maxDepth) return true;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      depth--;
    }
  }
  return false;
}
