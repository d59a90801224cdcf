import { describe, expect, test } from '@jest/globals';
import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { compileSchema } from './json-schema.ts';

const DOCUMENT: JsonObject = { components: { schemas: { id: { type: 'string', pattern: '^[a-z]+$' } } } };
const SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    id: { $ref: '#/components/schemas/id' },
    count: { type: 'integer', minimum: 0, maximum: 9 },
    tags: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 2 }, minItems: 1, maxItems: 2 },
    text: { type: ['string', 'null'] },
    kind: { anyOf: [{ const: 'a' }, { enum: ['b', null] }] },
  },
  required: ['id'],
  additionalProperties: false,
};

describe('the validator of these tests', () => {
  test.each<[JsonValue]>([
    [{ id: 'a' }],
    [{ id: 'a', count: 9, tags: ['x', 'xx'], kind: null }],
    [{ id: 'a', kind: 'a', text: null }],
  ])('accepts %j', (value) => {
    expect(compileSchema(DOCUMENT, SCHEMA)(value)).toEqual([]);
  });

  test.each<[JsonValue]>([
    [null],
    [{}],
    [{ id: 'A' }],
    [{ id: 'a', more: 1 }],
    [{ id: 'a', count: 1.5 }],
    [{ id: 'a', count: 10 }],
    [{ id: 'a', count: -1 }],
    [{ id: 'a', tags: [] }],
    [{ id: 'a', tags: ['', 'x'] }],
    [{ id: 'a', tags: ['too long'] }],
    [{ id: 'a', tags: ['a', 'b', 'c'] }],
    [{ id: 'a', kind: 'c' }],
    [{ id: 'a', text: 1 }],
  ])('refuses %j', (value) => {
    expect(compileSchema(DOCUMENT, SCHEMA)(value)).toHaveLength(1);
  });

  test.each<[string, JsonObject]>([
    ['an unknown keyword', { typ: 'string' }],
    ['an unknown type', { type: 'text' }],
    ['a pattern that is none', { pattern: '(' }],
    ['a reference that leads nowhere', { $ref: '#/components/schemas/other' }],
    ['a reference out of the document', { $ref: 'https://example.com/schema' }],
    ['an open object', { type: 'object', additionalProperties: true }],
    ['a required member that is not declared', { properties: {}, required: ['id'] }],
    ['an empty enumeration', { enum: [] }],
  ])('does not compile %s', (_name, schema) => {
    expect(() => compileSchema(DOCUMENT, schema)).toThrow();
  });
});
