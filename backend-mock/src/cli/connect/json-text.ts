import type { JsonValue } from '@narrow-deputies/contracts';
import { applyEdits, findNodeAtLocation, parseTree, type Edit, type Node, type ParseError } from 'jsonc-parser';
import { Failure } from '../failure.ts';

/** What a text is indented with where it does not show it. */
const USUAL_UNIT = '  ';
const STRICT = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

/**
 * The tree of a JSON text (RFC 8259), with the places of its parts.
 *
 * @throws Failure when it is none. What it says names a place and repeats nothing: the text may hold secrets.
 */
export function parseText(text: string): Node {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, STRICT);
  if (tree && errors.length === 0 && isJson(text)) return tree;
  const lines = text.slice(0, errors[0]?.offset ?? 0).split('\n');
  throw new Failure(
    'not_json',
    `It is not valid JSON (line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}). Mend it first; nothing was changed.`,
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** The white space at the beginning of the line that a place is on. */
const indentAt = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? '';

/** Whether nothing but white space stands before a place on its line. */
const startsLine = (text: string, offset: number): boolean => text.slice(lineStart(text, offset), offset).trim() === '';

/** What one level more is indented with. */
function unitOf(text: string): string {
  const first = parseText(text).children?.[0];
  return first && startsLine(text, first.offset) && lineStart(text, first.offset) > 0
    ? indentAt(text, first.offset) || USUAL_UNIT
    : USUAL_UNIT;
}

const print = (text: string, value: JsonValue, indent: string | undefined): string =>
  indent === undefined
    ? JSON.stringify(value)
    : JSON.stringify(value, null, unitOf(text)).replaceAll('\n', eolOf(text) + indent);

/** An insertion at the end of an object, on a line of its own where the text is written in lines. */
function insertion(text: string, object: Node, key: string, value: JsonValue): Edit {
  const eol = eolOf(text);
  const property = (indent?: string): string =>
    `${JSON.stringify(key)}:${indent === undefined ? '' : ' '}${print(text, value, indent)}`;
  const last = object.children?.at(-1);
  if (last) {
    const indent = startsLine(text, last.offset) ? indentAt(text, last.offset) : undefined;
    const before = indent === undefined ? ',' : `,${eol}${indent}`;
    return { offset: last.offset + last.length, length: 0, content: before + property(indent) };
  }
  const inside = text.slice(object.offset + 1, object.offset + object.length - 1);
  const inLines = text.trim().includes('\n') || object.parent === undefined;
  if (!inLines) return { offset: object.offset + 1, length: 0, content: property() };
  const outer = indentAt(text, object.offset);
  const indent = outer + unitOf(text);
  const after = inside.includes('\n') ? '' : eol + outer;
  return { offset: object.offset + 1, length: 0, content: `${eol}${indent}${property(indent)}${after}` };
}

/** Sets one property of the object at a path, which has to be there; not one byte of anything else is touched. */
export function withProperty(text: string, path: readonly string[], key: string, value: JsonValue): string {
  const object = objectAt(text, path);
  const existing = object.children?.find((property) => property.children?.[0]?.value === key);
  const old = existing?.children?.[1];
  if (!existing || !old) return applyEdits(text, [insertion(text, object, key, value)]);
  const indent = startsLine(text, existing.offset) ? indentAt(text, existing.offset) : undefined;
  return applyEdits(text, [{ offset: old.offset, length: old.length, content: print(text, value, indent) }]);
}

/** Takes one property out of the object at a path, with its comma; what was inserted at the end leaves no trace. */
export function withoutProperty(text: string, path: readonly string[], key: string): string {
  const object = objectAt(text, path);
  const properties = object.children ?? [];
  const at = properties.findIndex((property) => property.children?.[0]?.value === key);
  const [previous, found, next] = [properties[at - 1], properties[at], properties[at + 1]];
  if (!found) return text;
  const end = found.offset + found.length;
  let [from, to] = [object.offset + 1, object.offset + object.length - 1];
  if (previous) [from, to] = [previous.offset + previous.length, end];
  else if (next) [from, to] = [found.offset, next.offset];
  return applyEdits(text, [{ offset: from, length: to - from, content: '' }]);
}

function objectAt(text: string, path: readonly string[]): Node {
  const object = findNodeAtLocation(parseText(text), [...path]);
  if (object?.type === 'object') return object;
  throw new Error(`There is no object at /${path.join('/')}.`);
}
