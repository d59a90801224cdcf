import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkPolicy, packJsonSchema, policyJsonSchema } from '@narrow-deputies/policy';
import { declaredCatalogue } from '../../backend-mock/src/policy/declared-tools.ts';
import { ROOT } from '../support/processes.ts';

type Node = Readonly<Record<string, unknown>>;
const page = readFileSync(join(ROOT, 'docs', 'policy.md'), 'utf8');

/** A schema somewhere below another. */
function below(schema: unknown, ...path: string[]): Node {
  const found = path.reduce<unknown>((at, step) => (at as Node)[step], schema);
  if (typeof found !== 'object' || found === null) throw new Error(`There is no ${path.join('/')}.`);
  return found as Node;
}

const policy = policyJsonSchema();
const rule = below(policy, 'properties', 'rules', 'items');
const when = below(rule, 'properties', 'when');
const part = (...path: string[]): Node => below(when, 'properties', ...path);
const factor = below(packJsonSchema(), 'properties', 'factors', 'items');

/** What each table of the page explains. */
const TABLES: Readonly<Record<string, readonly Node[]>> = {
  File: [policy, below(policy, 'properties', 'risk')],
  Rule: [rule],
  Conditions: [when],
  'Parts of conditions': [part('arguments', 'items'), part('hours'), part('recent'), part('cumulative_risk')],
  Limit: [below(policy, 'properties', 'limits', 'items')],
  'Risk pack': [packJsonSchema(), factor, below(factor, 'properties', 'bands', 'items')],
};

/** Meanings by field, of the table under a heading. */
function rowsUnder(text: string, heading: string): Map<string, string> {
  const section = text.split(`\n#### ${heading}\n`)[1]?.split('\n#')[0] ?? '';
  const rows = section.matchAll(/^\| `([a-z_]+)` \| (.*) \|$/gm);
  return new Map(Array.from(rows, ([, field = '', meaning = '']) => [field, meaning]));
}

/** Where a table says otherwise than the schemas: a field that is missing or does not exist, or another description. */
function faultsOf(text: string, heading: string): string[] {
  const rows = rowsUnder(text, heading);
  const fields = (TABLES[heading] ?? []).flatMap((schema) => Object.entries(below(schema, 'properties')));
  const known = fields.map(([field]) => field);
  const wrong = fields.filter(([field, property]) => {
    const said = (property as Node)['description'];
    return !rows.has(field) || (typeof said === 'string' && rows.get(field)?.startsWith(said) !== true);
  });
  return [...wrong.map(([field]) => field), ...[...rows.keys()].filter((field) => !known.includes(field))];
}

describe('the page about policies', () => {
  test.each(Object.keys(TABLES))(
    'explains every field in the words of the schema: %s [policy-check.language]',
    (name) => {
      expect(rowsUnder(page, name).size).toBeGreaterThan(4);
      expect(faultsOf(page, name)).toEqual([]);
    },
  );

  test('a field that it leaves out, one that does not exist and another meaning are found', () => {
    expect(faultsOf(page.replace('| `prefix` |', '| `suffix` |'), 'Parts of conditions')).toEqual(['prefix', 'suffix']);
    expect(
      faultsOf(page.replace('The number is at most this.', 'The number is at least this.'), 'Parts of conditions'),
    ).toEqual(['maximum']);
  });

  test('shows a policy in which nothing is found but tools that it does not speak of [policy-check.shipped]', () => {
    const [, example = ''] = /```yaml\n(# yaml-language-server[\s\S]*?)```/.exec(page) ?? [];
    const findings = checkPolicy({ file: 'shop.yaml', policy: example, packs: {} }, declaredCatalogue());
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ code }) => code !== 'tool_uncovered')).toEqual([]);
  });
});
