import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '@narrow-deputies/contracts';
import type { Node } from 'jsonc-parser';
import type { ServerEntry } from '../../start/ready-file.ts';
import { Failure } from '../failure.ts';
import { parseText, withoutProperty, withProperty } from './json-text.ts';

/** Where hosts keep the servers that they start. */
const BLOCK = 'mcpServers';

/** `kept`: an entry of our name that is not ours. `absent`: there was nothing to take out. */
export type Change = 'added' | 'changed' | 'unchanged' | 'removed' | 'absent' | 'kept';

export interface ServerChange {
  readonly name: string;
  readonly change: Change;
}

export interface MergeResult {
  readonly text: string;
  readonly servers: readonly ServerChange[];
  /** How many entries there are that no change is about. */
  readonly others: number;
}

/** Says whether an entry of a server's name is one of ours. */
export type IsOurs = (name: string, entry: unknown) => boolean;

const keysOf = (object: Node | undefined): string[] =>
  (object?.children ?? []).map((property) => String(property.children?.[0]?.value));

/** The value of a property; undefined where there is none. @throws Failure where it is said twice. */
function only(object: Node, key: string): Node | undefined {
  const found = (object.children ?? []).filter((property) => property.children?.[0]?.value === key);
  // Readers differ in which of the two counts.
  if (found.length > 1) throw new Failure('ambiguous', `It says "${key}" twice. Mend it first; nothing was changed.`);
  return found[0]?.children?.[1];
}

/** @throws Failure when it is not what a host reads. */
function blockOf(text: string): Node | undefined {
  const root = parseText(text);
  if (root.type !== 'object') throw new Failure('not_an_object', 'It is not a JSON object; nothing was changed.');
  const block = only(root, BLOCK);
  if (block && block.type !== 'object') {
    throw new Failure('not_an_object', `Its "${BLOCK}" is not an object; nothing was changed.`);
  }
  return block;
}

function entryOf(text: string, block: Node | undefined, name: string): unknown {
  const node = block && only(block, name);
  return node && (JSON.parse(text.slice(node.offset, node.offset + node.length)) as unknown);
}

const othersOf = (text: string, names: readonly string[]): number =>
  keysOf(blockOf(text)).filter((key) => !names.includes(key)).length;

/**
 * Puts servers into a host's configuration.
 *
 * @param replace - whether an entry of the same name that is not ours may be overwritten.
 * @throws Failure when the text is not what a host reads, or an entry would be overwritten that is not ours.
 */
export function connectServers(
  given: string,
  servers: Readonly<Record<string, ServerEntry>>,
  isOurs: IsOurs,
  replace: boolean,
): MergeResult {
  const block = blockOf(given);
  let text = block ? given : withProperty(given, [], BLOCK, {});
  const changes = Object.entries(servers).map(([name, entry]): ServerChange => {
    const existing = entryOf(given, block, name);
    if (existing === undefined) {
      text = withProperty(text, [BLOCK], name, asJson(entry));
      return { name, change: 'added' };
    }
    if (isDeepStrictEqual(existing, entry)) return { name, change: 'unchanged' };
    if (!replace && !isOurs(name, existing)) {
      throw new Failure(
        'not_ours',
        `It has an entry "${name}" that does not start this server. With --replace it is overwritten; nothing was changed.`,
      );
    }
    text = withProperty(text, [BLOCK], name, asJson(entry));
    return { name, change: 'changed' };
  });
  return { text, servers: changes, others: othersOf(given, Object.keys(servers)) };
}

const asJson = ({ command, args, env }: ServerEntry): JsonValue => ({ command, args, env });

/** Takes our servers out of a host's configuration. @throws Failure when the text is not what a host reads. */
export function disconnectServers(given: string, names: readonly string[], isOurs: IsOurs): MergeResult {
  const block = blockOf(given);
  let text = given;
  const changes = names.map((name): ServerChange => {
    const existing = entryOf(given, block, name);
    if (existing === undefined) return { name, change: 'absent' };
    if (!isOurs(name, existing)) return { name, change: 'kept' };
    text = withoutProperty(text, [BLOCK], name);
    return { name, change: 'removed' };
  });
  return { text, servers: changes, others: othersOf(given, names) };
}
