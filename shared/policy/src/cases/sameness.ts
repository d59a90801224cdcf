import type { JsonObject, JsonValue } from '../engine/json.ts';

/** Equal for the same tool with the same arguments, in whichever order their fields are written. */
export const samenessOf = (tool: string, args: JsonObject): string => JSON.stringify([tool, sorted(args)]);

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, sorted(item)]));
}
