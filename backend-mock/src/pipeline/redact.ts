import type { Contract, JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { digestOfJson } from '@narrow-deputies/signing';

/** The arguments as they may be kept beside an audit entry; a field that the contract does not name is dropped. */
export function redact(contract: Contract, args: JsonObject): JsonObject {
  const kept: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(args)) {
    const how = contract.redaction[name];
    if (how === 'keep') kept.push([name, value]);
    if (how === 'digest') kept.push([name, digestOfJson(value)]);
  }
  return Object.fromEntries(kept);
}
