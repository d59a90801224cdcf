import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import type * as z from 'zod';
import {
  casesJsonSchema,
  casesSchema,
  packJsonSchema,
  packSchema,
  policyJsonSchema,
  policySchema,
  readYaml,
} from '../src/index.ts';
import { policyText } from './check-support.ts';

const POLICIES = join(import.meta.dirname, '..', '..', '..', 'backend-mock', 'policies');

// A format only says what the pattern beside it says too.
const compile = (schema: object): ValidateFunction => new Ajv2020({ validateFormats: false }).compile(schema);
const validPolicy = compile(policyJsonSchema());
const validPack = compile(packJsonSchema());
const validCases = compile(casesJsonSchema());

/** Whether a text is accepted by its JSON Schema, and by what reads it. */
const judged = (text: string, valid: ValidateFunction, schema: z.ZodType): [boolean, boolean] => [
  valid(parse(text)),
  readYaml(text, schema).ok,
];

describe('the schema of policies', () => {
  test('accepts what is accepted [policy-check.json-schema]', () => {
    expect(judged(policyText({ factors: 'x' }), validPolicy, policySchema)).toEqual([true, true]);
  });

  test.each([
    ['version: 1', 'version: 2'],
    ['name: trial', 'name: Trial!'],
    ['rules:', 'rulez:'],
    ['kinds: [read, plan]', 'kinds: [reads]'],
    ['kinds: [read, plan]', 'kinds: []'],
    ['maximum: 2000', 'maximum: much'],
    ['pointer: /amount', 'pointer: amount'],
    ['window: 24h', 'window: a day'],
    ['approval: owner', 'reviewer_role: reviewer'],
    ['effect: allow', 'effect: allow, approval: owner'],
    ['effect: allow', 'effect: allow, reviewer_role: reviewer'],
    ['exceeded: deny', 'exceeded: require_approval'],
    ['per: owner, ', ''],
    ['maximum: 500', 'maximum: 500, max_calls_per_run: 5'],
    ['pack.yaml', '../pack.yaml'],
  ])('refuses %s as %s, as the reader does [policy-check.json-schema]', (right, wrong) => {
    const text = policyText({ factors: 'x' });
    expect(text).toContain(right);
    expect(judged(text.replace(right, wrong), validPolicy, policySchema)).toEqual([false, false]);
  });
});

describe('the schema of risk packs', () => {
  const pack = (factor: string): string => `version: 1\ndomain: trial\nfactors: [{ id: one, ${factor} }]`;
  const bands = 'bands: [{ from: 1, score: 5 }]';

  test.each([
    ['score: 5', true],
    [`measure: calls, within: 1h, ${bands}`, true],
    [`measure: sum, sum: /amount, within: 1h, ${bands}`, true],
    ['abuse: true', false],
    [`score: 5, measure: calls, within: 1h, ${bands}`, false],
    [`measure: sum, within: 1h, ${bands}`, false],
    [`measure: calls, sum: /amount, within: 1h, ${bands}`, false],
    ['score: 5, when: { risk: { minimum: 5 } }', false],
    ['score: 500', false],
  ])('%s is accepted: %s, as by the reader [policy-check.json-schema]', (factor, accepted) => {
    expect(judged(pack(factor), validPack, packSchema)).toEqual([accepted, accepted]);
  });
});

describe('the schema of cases', () => {
  const cases = (fields: string): string => `version: 1\npolicy: trial.yaml\ncases: [{ name: one, ${fields} }]`;

  test.each([
    ['call: { tool: get_ticket }, expect: { effect: allow }', true],
    [`call: { tool: get_ticket, time: '2026-03-02T10:00:00+01:00' }, expect: { effect: allow }`, true],
    ['call: { tool: get_ticket, time: noon }, expect: { effect: allow }', false],
    ['call: {}, expect: { effect: allow }', false],
    ['call: { tool: get_ticket }, expect: {}', false],
    ['call: { tool: get_ticket }, expect: { effect: maybe }', false],
    ['call: { tool: get_ticket }, history: [{ tool: get_ticket }], expect: { effect: allow }', false],
  ])('%s is accepted: %s, as by the reader [policy-check.json-schema]', (fields, accepted) => {
    expect(judged(cases(fields), validCases, casesSchema)).toEqual([accepted, accepted]);
  });
});

test('every field says what it means, so that editors can [policy-check.json-schema]', () => {
  const { properties } = policyJsonSchema() as { properties: Record<string, { items?: unknown }> };
  const rule = properties['rules']?.items as {
    properties: { when: { properties: Record<string, { description?: string }> } };
  };
  const silent = Object.entries(rule.properties.when.properties).filter(
    ([, { description }]) => description === undefined,
  );
  expect(silent.map(([name]) => name)).toEqual([]);
});

/** Every YAML file of the shipped policies, with the schema that it is in the shape of. */
const shipped = (folder = POLICIES): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return shipped(path);
    return entry.name.endsWith('.yaml') ? [relative(POLICIES, path)] : [];
  });

describe('shipped files', () => {
  test('there are some', () => {
    expect(shipped()).toEqual(expect.arrayContaining(['development.yaml', 'production.yaml', 'staging.yaml']));
  });

  test.each(shipped())('%s is valid under the schema that it names [policy-check.json-schema]', (file) => {
    const text = readFileSync(join(POLICIES, file), 'utf8');
    const [kind, valid] = file.endsWith('.cases.yaml')
      ? ['cases', validCases]
      : /^version: 1\ndomain:|^domain:/m.test(text)
        ? ['risk-pack', validPack]
        : ['policy', validPolicy];
    expect({ valid: valid(parse(text)), errors: valid.errors }).toEqual({ valid: true, errors: null });
    const named = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text)?.[1] ?? 'nothing';
    expect(named).toMatch(new RegExp(`(^|/)schema/${kind}\\.schema\\.json$`));
    expect(existsSync(join(POLICIES, file, '..', named))).toBe(true);
  });

  test.each([
    ['policy', policyJsonSchema],
    ['risk-pack', packJsonSchema],
    ['cases', casesJsonSchema],
  ])(
    '%s.schema.json is what the reader says today: else run "npm run docs" [policy-check.json-schema]',
    (name, schema) => {
      const stored: unknown = JSON.parse(readFileSync(join(POLICIES, 'schema', `${name}.schema.json`), 'utf8'));
      expect(stored).toEqual(JSON.parse(JSON.stringify(schema())));
    },
  );
});
