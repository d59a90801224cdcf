import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  Parser,
  visit,
  type Document,
  type Node,
} from 'yaml';
import type * as z from 'zod';

/** Something that is wrong with a file. Lines and columns are counted from 1. */
export interface Fault {
  readonly line: number;
  readonly column: number;
  /** JSON pointer to the place. */
  readonly pointer: string;
  readonly message: string;
}

/** Where the parts of a file stand in its text. */
export interface Places {
  /** The place that a path of keys and indexes leads to; that of the nearest part above it where there is none. */
  at(path: readonly PropertyKey[]): Omit<Fault, 'message'>;
}

export type Read<T> =
  | { readonly ok: true; readonly value: T; readonly places: Places }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Largest file, in UTF-16 code units. */
export const SOURCE_MAX = 2 * 1024 * 1024;
/** Most marks that begin, end or part a piece of YAML: the parser takes time for each, on a thread that others need. */
const MARKS_MAX = 100_000;
/** Deepest nesting, in parts of the parser's own stack (a pair of a map takes two); a policy needs a third of it. */
const STACK_MAX = 64;

/**
 * Reads one document of plain YAML 1.2 (core schema: no tags, anchors, aliases or merge keys, no key twice) in the shape
 * of a schema; a field that the schema does not know is a fault.
 */
export function readYaml<S extends z.ZodType>(text: string, schema: S): Read<z.infer<S>> {
  if (text.length > SOURCE_MAX) return { ok: false, faults: [fault(1, 1, '', 'The file is too large.')] };
  if ((text.match(/[\n,:&*]/g)?.length ?? 0) > MARKS_MAX) {
    return { ok: false, faults: [fault(1, 1, '', 'The file has too many parts: at most a few thousand rules.')] };
  }
  if (isTooDeep(text)) return { ok: false, faults: [fault(1, 1, '', 'The file is nested too deeply.')] };
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    // Looked at below, in one pass: the library holds each key against every other one of its map.
    uniqueKeys: false,
    strict: true,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  const faults: Fault[] = [...document.errors, ...document.warnings].map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return fault(line, col, '', error.code === 'MULTIPLE_DOCS' ? 'A file holds one document.' : error.message);
  });
  if (faults.length === 0) faults.push(...fancyParts(document, lines), ...repeatedKeys(document, lines));
  if (faults.length > 0) return { ok: false, faults };
  const places = placesOf(document, lines);
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  const parsed = schema.safeParse(value, { reportInput: false });
  if (parsed.success) return { ok: true, value: parsed.data, places };
  return {
    ok: false,
    faults: parsed.error.issues.map((issue) => ({ ...places.at(pathOf(issue)), message: wordsOf(issue, value) })),
  };
}

/** A field that is missing is named: the line says only what it is missing from. */
function wordsOf(issue: z.core.$ZodIssue, value: unknown): string {
  const name = issue.path.at(-1);
  if (typeof name !== 'string' || valueOf(value, issue.path) !== undefined) return issue.message;
  const accepted = issue.code === 'invalid_value' ? `: one of ${issue.values.map(String).join(', ')}` : '';
  return `"${name}" is missing here${accepted}.`;
}

const valueOf = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined),
    value,
  );

/** For a field that is not known, the field itself. */
const pathOf = (issue: z.core.$ZodIssue): PropertyKey[] =>
  issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;

const fault = (line: number, column: number, pointer: string, message: string): Fault => ({
  line,
  column,
  pointer,
  message,
});

function fancyParts(document: Document, lines: LineCounter): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Node(_key, node) {
      const fancy = isAlias(node) || ('anchor' in node && node.anchor !== undefined) || node.tag !== undefined;
      if (!fancy) return;
      const { line, col } = lines.linePos(node.range?.[0] ?? 0);
      faults.push(fault(line, col, '', 'Anchors, aliases and tags are not accepted.'));
    },
  });
  return faults;
}

/** Deep nesting costs the parser the square of its depth, and then the stack: it is seen before. */
function isTooDeep(text: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _part of parser.next(lexeme)) if (parser.stack.length > STACK_MAX) return true;
    if (parser.stack.length > STACK_MAX) return true;
  }
  return false;
}

function repeatedKeys(document: Document, lines: LineCounter): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        const value = isScalar(key) ? key.value : key;
        if (seen.has(value)) {
          const { line, col } = lines.linePos(startOf(key) ?? 0);
          faults.push(fault(line, col, '', 'Map keys must be unique'));
        }
        seen.add(value);
      }
    },
  });
  return faults;
}

const placesOf = (document: Document, lines: LineCounter): Places => ({
  at(path) {
    let node: unknown = document.contents;
    let offset = startOf(node) ?? 0;
    for (const step of path) {
      const next = child(node, step);
      if (!next) break;
      node = next.node;
      offset = next.offset;
    }
    const { line, col } = lines.linePos(offset);
    const pointer = path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    return { line, column: col, pointer };
  },
});

function child(node: unknown, step: PropertyKey): { node: unknown; offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
    const offset = startOf(pair?.key);
    return pair && offset !== undefined ? { node: pair.value, offset } : undefined;
  }
  if (!isSeq(node)) return undefined;
  const item = node.items[Number(step)];
  const offset = startOf(item);
  return offset === undefined ? undefined : { node: item, offset };
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? (node as Node).range?.[0] : undefined);
