import { expect, test } from '@jest/globals';
import { packJsonSchema, policyJsonSchema } from '@narrow-deputies/policy';
import { ENVIRONMENTS, shipped } from './shipped-support.ts';

type Node = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Every field and every word that a file may use, as `field` and `field: word`. */
function* knownTo(schema: unknown, field = ''): Generator<string> {
  if (!isObject(schema)) return;
  const words = schema['enum'] ?? (schema['const'] === undefined ? [] : [schema['const']]);
  for (const word of words as unknown[]) yield `${field}: ${String(word)}`;
  yield* knownTo(schema['items'], field);
  for (const [name, property] of Object.entries(isObject(schema['properties']) ? schema['properties'] : {})) {
    yield name;
    yield* knownTo(property, name);
  }
}

/** The same, as a file uses them. */
function* usedIn(value: unknown, field = ''): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* usedIn(item, field);
  else if (!isObject(value)) yield `${field}: ${String(value)}`;
  else {
    for (const [name, item] of Object.entries(value)) {
      yield name;
      yield* usedIn(item, name);
    }
  }
}

/** Two roles that no shipped policy asks reviewers for, and days that stand for no office hours. */
const UNUSED = ['reviewer_role: reviewer', 'reviewer_role: administrator', 'days: sun', 'days: sat'];

test('everything that the language can say is said somewhere in the shipped policies [policy-check.language]', async () => {
  const files = await Promise.all(ENVIRONMENTS.map(shipped));
  const used = new Set(files.flatMap(({ source, packs }) => [...usedIn(source), ...usedIn(packs)]));
  const known = new Set([...knownTo(policyJsonSchema()), ...knownTo(packJsonSchema())]);
  expect(known.size).toBeGreaterThan(80);
  expect([...known].filter((each) => !used.has(each)).toSorted()).toEqual(UNUSED.toSorted());
});
