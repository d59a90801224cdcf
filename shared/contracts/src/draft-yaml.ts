import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node, type Scalar } from 'yaml';
import { scanMarkup } from './text-references.ts';
import { locate, type HiddenCharacter } from './text-scan.ts';

/** A value of the front matter: text (numbers as they were written), a flag, nothing, a list; undefined for a mapping. */
export type PlainValue = string | boolean | null | undefined | readonly PlainValue[];

export type PlainYaml =
  | { readonly ok: true; readonly fields: ReadonlyMap<string, PlainValue>; readonly hidden: readonly HiddenCharacter[] }
  | { readonly ok: false; readonly reason: string };

/** Deepest nesting of front matter; the top-level mapping counts as 1. */
const DEPTH_MAX = 16;
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', '<<']);

/** Ends the walk at the first thing that plain YAML has not; caught in this file. */
class NotPlain extends Error {}

/** Reads the tree that the parser made, never its JavaScript form: nothing is resolved, expanded or constructed. */
class PlainReader {
  readonly hidden: HiddenCharacter[] = [];
  readonly #source: string;
  readonly #hiddenMax: number;

  constructor(source: string, hiddenMax: number) {
    this.#source = source;
    this.#hiddenMax = hiddenMax;
  }

  value(node: unknown, depth: number): PlainValue {
    if (node === null || node === undefined) return null;
    if (isAlias(node)) throw new NotPlain('Front matter has no aliases or anchors.');
    if (!isScalar(node) && !isSeq(node) && !isMap(node)) throw new NotPlain('The front matter is not valid YAML.');
    if (node.anchor !== undefined) throw new NotPlain('Front matter has no aliases or anchors.');
    if (node.tag !== undefined) throw new NotPlain('Front matter has no tags such as "!name" or "!!type".');
    if (depth > DEPTH_MAX) throw new NotPlain(`Front matter is nested at most ${DEPTH_MAX} levels deep.`);
    if (isScalar(node)) return this.#scalar(node);
    if (isSeq(node)) return node.items.map((item) => this.value(item, depth + 1));
    for (const pair of node.items) this.#pair(pair, depth);
    return undefined;
  }

  fields(document: Document): Map<string, PlainValue> {
    const fields = new Map<string, PlainValue>();
    const root: Node | null = document.contents;
    if (!isMap(root)) {
      this.value(root, 1);
      throw new NotPlain('Front matter is a list of names with values, "name: value", one on each line.');
    }
    if (root.anchor !== undefined || root.tag !== undefined) this.value(root, 1);
    for (const pair of root.items) {
      const [name, value] = this.#pair(pair, 1);
      fields.set(name, value);
    }
    return fields;
  }

  #pair(pair: { key: unknown; value: unknown }, depth: number): [name: string, value: PlainValue] {
    const key = this.value(pair.key, depth + 1);
    if (!isScalar(pair.key) || typeof key === 'object') throw new NotPlain('Names in front matter are plain words.');
    const name = String(key);
    if (FORBIDDEN_KEYS.has(name)) throw new NotPlain('Front matter has a name that is not accepted.');
    return [name, this.value(pair.value, depth + 1)];
  }

  #scalar(node: Scalar): PlainValue {
    const { value } = node;
    if (value === null || value === undefined) return null;
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number') return node.source ?? String(value);
    if (typeof value !== 'string') throw new NotPlain('The front matter is not valid YAML.');
    if (this.hidden.length < this.#hiddenMax) this.#look(value, node.range?.[0] ?? 0);
    return value;
  }

  /** Escapes (`"\u202E"`) make characters that the file itself does not hold; the place is that of the whole value. */
  #look(value: string, index: number): void {
    const [first] = scanMarkup(value, 1);
    if (first === undefined) return;
    const codePoint = Number.parseInt(first.codePoint.slice(2), 16);
    this.hidden.push(...locate(this.#source, [{ index, codePoint }]));
  }
}

/**
 * Reads front matter as plain YAML 1.2 (core schema): one mapping without tags, anchors, aliases, merge keys, repeated
 * names or names that JavaScript treats specially. An alias is refused where it stands, before anything is expanded.
 *
 * @param hiddenMax the most hidden characters to list; lines are those of `source`.
 */
export function readPlainYaml(source: string, hiddenMax: number): PlainYaml {
  try {
    const document = parseDocument(source, {
      version: '1.2',
      schema: 'core',
      merge: false,
      uniqueKeys: true,
      strict: true,
      prettyErrors: false,
      // The level 'silent' would also hide that a second document follows.
      logLevel: 'error',
    });
    const reader = new PlainReader(source, hiddenMax);
    const fields = reader.fields(document);
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined) {
      const line = source.slice(0, error.pos[0]).split('\n').length + 1;
      return { ok: false, reason: `The front matter is not valid YAML (${error.code}, line ${line}).` };
    }
    return { ok: true, fields, hidden: reader.hidden };
  } catch (error) {
    // Anything else is the parser giving up, on nesting that exhausts its stack for one.
    const reason = error instanceof NotPlain ? error.message : 'The front matter cannot be read as plain YAML.';
    return { ok: false, reason };
  }
}
