import type { Contract, JsonObject, JsonValue } from '@narrow-deputies/contracts';

const TEXT_MAX = 200;
const LIST_MAX = 32;
const DEPTH_MAX = 4;

/**
 * Of the arguments what a decision may read and its entry may keep for good: values of the fields that the contract
 * keeps, of every other text or list the length alone, `{"length": n}`. A field that the contract does not name is left
 * out.
 */
export function readableArguments({ redaction }: Pick<Contract, 'redaction'>, args: JsonObject): JsonObject {
  const readable: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(args)) {
    if (!Object.hasOwn(redaction, name)) continue;
    readable.push([name, redaction[name] === 'keep' ? small(value, 1) : lengthOf(value)]);
  }
  return Object.fromEntries(readable);
}

/** Long texts and lists of anything but scalars would make an entry as large as a client likes. */
function small(value: JsonValue, depth: number): JsonValue {
  if (typeof value === 'string') return value.length > TEXT_MAX ? lengthOf(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    const plain = items.length <= LIST_MAX && items.every((item) => typeof item !== 'object' || item === null);
    return plain ? items.map((item) => small(item, depth + 1)) : lengthOf(value);
  }
  if (depth >= DEPTH_MAX) return null;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, small(item, depth + 1)]));
}

function lengthOf(value: JsonValue): JsonValue {
  if (typeof value === 'string') return { length: Array.from(value).length };
  return Array.isArray(value) ? { length: value.length } : null;
}
