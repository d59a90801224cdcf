import { parseSync } from '@swc/core';

export interface Import {
  /** Undefined where it is computed when the program runs. */
  readonly specifier: string | undefined;
  readonly how: 'import' | 'require';
  /** Leaves nothing behind in the program that runs. */
  readonly typeOnly: boolean;
}

/** What the rules want to know of one source, from its syntax tree. */
export interface SourceFacts {
  readonly imports: readonly Import[];
  readonly exports: readonly ('named' | 'default' | 'all')[];
  /** How often the environment is read, or could be: `process` as a value, or imported, counts. */
  readonly environmentReads: number;
  readonly consoleUses: number;
  /** How often Node could be asked about currencies: by the names of what knows them. */
  readonly currencyQuestions: number;
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

/** Of `Intl`. */
const KNOWS_CURRENCIES: ReadonlySet<string> = new Set(['NumberFormat', 'supportedValuesOf']);

class Collector {
  readonly imports: Import[] = [];
  readonly exports: ('named' | 'default' | 'all')[] = [];
  environmentReads = 0;
  consoleUses = 0;
  currencyQuestions = 0;

  walk(part: unknown): void {
    if (Array.isArray(part)) {
      for (const each of part) this.walk(each);
    } else if (isObject(part)) {
      if (isNode(part)) this.#look(part);
      this.walk(isNode(part) ? partsOf(part) : Object.values(part));
    }
  }

  #look(node: Node): void {
    switch (node.type) {
      case 'ImportDeclaration':
        return this.#import(node['source'], node['typeOnly'] === true);
      case 'ExportAllDeclaration':
        this.exports.push('all');
        return this.#import(node['source'], node['typeOnly'] === true);
      case 'ExportNamedDeclaration':
        if (isNode(node['source'])) this.#import(node['source'], node['typeOnly'] === true);
        for (const specifier of nodesOf(node['specifiers'])) this.exports.push(formOf(specifier));
        return;
      case 'ExportDeclaration':
        this.exports.push('named');
        return;
      case 'ExportDefaultDeclaration':
      case 'ExportDefaultExpression':
      case 'TsExportAssignment':
        this.exports.push('default');
        return;
      case 'TsImportType':
        return this.#import(node['argument'], true);
      case 'TsExternalModuleReference':
        return this.#import(node['expression'], false, 'require');
      case 'CallExpression':
        return this.#call(node);
      case 'MemberExpression':
        if (
          isNode(node['property']) &&
          node['property'].type === 'Computed' &&
          KNOWS_CURRENCIES.has(String(nameOf(node['property'])))
        ) {
          this.currencyQuestions++;
        }
        if (nameOf(node['property']) === 'env' && isProcess(node['object'])) this.environmentReads++;
        return;
      case 'KeyValueProperty':
        if (nameOf(node['key']) === 'style' && textOf(node['value']) === 'currency') this.currencyQuestions++;
        return;
      case 'Identifier':
        if (node['value'] === 'process') this.environmentReads++;
        if (node['value'] === 'console') this.consoleUses++;
        if (KNOWS_CURRENCIES.has(String(node['value']))) this.currencyQuestions++;
    }
  }

  #call(node: Node): void {
    const callee = node['callee'];
    const isImport = isNode(callee) && callee.type === 'Import';
    const isRequire = isNode(callee) && callee.type === 'Identifier' && callee['value'] === 'require';
    if (!isImport && !isRequire) return;
    const [first] = Array.isArray(node['arguments']) ? node['arguments'] : [];
    this.#import(isObject(first) ? first['expression'] : undefined, false, isImport ? 'import' : 'require');
  }

  #import(source: unknown, typeOnly: boolean, how: Import['how'] = 'import'): void {
    const specifier = textOf(source);
    this.imports.push({ specifier, how, typeOnly });
    if (specifier === 'process' || specifier === 'node:process') this.environmentReads++;
    if (specifier === 'console' || specifier === 'node:console') this.consoleUses++;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isNode = (value: unknown): value is Node => isObject(value) && typeof value['type'] === 'string';

const nodesOf = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

/** The text of a literal, a template without expressions included. */
function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'StringLiteral') return String(node['value']);
  const quasis = Array.isArray(node['quasis']) ? node['quasis'] : [];
  return node.type === 'TemplateLiteral' && quasis.length === 1 ? String(quasis[0]?.cooked) : undefined;
}

/** The name of a property, written with a dot or in brackets. */
function nameOf(property: unknown): unknown {
  if (!isNode(property)) return undefined;
  return property.type === 'Computed' ? textOf(property['expression']) : property['value'];
}

const isProcess = (node: unknown): boolean =>
  isNode(node) && (node['value'] === 'process' || nameOf(node['property']) === 'process');

/** What is inside a node. In `process.something` the property says what is used, and `process` itself is no value. */
function partsOf(node: Node): unknown[] {
  const object = node['object'];
  if (node.type !== 'MemberExpression' || !isNode(object) || !isProcess(object)) return Object.values(node);
  return [node['property'], object['object']];
}

function formOf(specifier: Node): 'named' | 'default' | 'all' {
  if (specifier.type === 'ExportNamespaceSpecifier') return 'all';
  const exported = isNode(specifier['exported']) ? specifier['exported'] : specifier['orig'];
  return isNode(exported) && exported['value'] === 'default' ? 'default' : 'named';
}

/**
 * Reads one TypeScript source.
 *
 * @throws Error where it does not parse: a source that cannot be read must not pass unseen.
 */
export function factsOf(text: string): SourceFacts {
  const collector = new Collector();
  collector.walk(parseSync(text, { syntax: 'typescript', decorators: true, target: 'es2024' }));
  return collector;
}
