import type { Contract, JsonObject, JsonValue } from '@narrow-deputies/contracts';
import type { Principal } from '../principal/principal.ts';
import type { AskedCall } from './judgement.ts';

/** Who calls, as every call of one principal is judged. */
export interface Caller extends Principal {
  readonly agent: string;
  readonly runId: string | null;
}

export interface Asking extends Caller {
  /** Milliseconds. */
  readonly now: number;
  readonly contract: Contract;
  /** What of the arguments may be read; for a commit, of those of the call that planned it. */
  readonly arguments: JsonObject;
  /** What the plan shows; its flags count. */
  readonly preview?: JsonObject;
  readonly sameness: string;
}

/** One call in the form that policy judges. */
export const askedCall = (asking: Asking): AskedCall => ({
  time: asking.now,
  tool: asking.contract.name,
  client: asking.clientId,
  agent: asking.agent,
  owner: asking.ownerId,
  run: asking.runId,
  arguments: asking.arguments,
  contentFlags: asking.preview ? countFlags(asking.preview) : 0,
  sameness: asking.sameness,
});

/** Entries of every list under a key `flags` or `hiddenCharacters`: what the scanners of outside text found. */
function countFlags(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item: JsonValue) => sum + countFlags(item), 0);
  return Object.entries(value).reduce(
    (sum, [name, item]) => sum + (FLAG_LISTS.has(name) && Array.isArray(item) ? item.length : countFlags(item)),
    0,
  );
}

const FLAG_LISTS: ReadonlySet<string> = new Set(['flags', 'hiddenCharacters']);
