import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';

/** What does not fit, as JSON pointers with a word of why; empty when all does. */
export type Validate = (value: JsonValue) => string[];

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const typeOf = (value: JsonValue): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
};

const same = (a: JsonValue, b: JsonValue): boolean => JSON.stringify(a) === JSON.stringify(b);

type Judge = (value: JsonValue, at: string) => string[];
type Keyword = (argument: JsonValue, schema: JsonObject, compile: (schema: JsonValue) => Judge) => Judge;

/** A judge that looks at values of one type and lets all others through, as JSON Schema does. */
const forType =
  <T extends JsonValue>(type: string, judge: (value: T, at: string) => string[]): Judge =>
  (value, at) =>
    typeOf(value) === type ? judge(value as T, at) : [];

const unless = (holds: boolean, at: string, why: string): string[] => (holds ? [] : [`${at}: ${why}`]);

function numberOf(argument: JsonValue): number {
  if (typeof argument !== 'number') throw new Error('A bound is a number.');
  return argument;
}

function listOf(argument: JsonValue): JsonValue[] {
  if (!Array.isArray(argument) || argument.length === 0) throw new Error('A list has members.');
  return argument;
}

const isOf = (value: JsonValue, type: string): boolean =>
  type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;

/** JSON Schema counts code points. */
const lengthOf = (text: string): number => Array.from(text).length;

const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'];

const passes: Keyword = () => () => [];

/** Everything that our documents may say. A keyword that is not here is a fault of the document. */
const KEYWORDS: Readonly<Record<string, Keyword>> = {
  description: passes,
  title: passes,
  default: passes,
  format: passes,
  contentEncoding: passes,
  contentMediaType: passes,
  contentSchema: (argument, _schema, compile) => {
    compile(argument);
    return () => [];
  },
  type: (argument) => {
    const types = (Array.isArray(argument) ? listOf(argument) : [argument]).map(String);
    if (types.some((type) => !TYPES.includes(type))) throw new Error('A type is one of the seven.');
    return (value, at) =>
      unless(
        types.some((type) => isOf(value, type)),
        at,
        `no ${types.join(' or ')}`,
      );
  },
  const: (argument) => (value, at) => unless(same(value, argument), at, 'another constant'),
  enum: (argument) => {
    const values = listOf(argument);
    return (value, at) =>
      unless(
        values.some((each) => same(each, value)),
        at,
        'not in the enumeration',
      );
  },
  pattern: (argument) => {
    const pattern = new RegExp(String(argument), 'u');
    return forType<string>('string', (value, at) => unless(pattern.test(value), at, 'does not match the pattern'));
  },
  minLength: (argument) =>
    forType<string>('string', (value, at) => unless(lengthOf(value) >= numberOf(argument), at, 'too short')),
  maxLength: (argument) =>
    forType<string>('string', (value, at) => unless(lengthOf(value) <= numberOf(argument), at, 'too long')),
  minimum: (argument) => forType<number>('number', (value, at) => unless(value >= numberOf(argument), at, 'too small')),
  maximum: (argument) => forType<number>('number', (value, at) => unless(value <= numberOf(argument), at, 'too large')),
  minItems: (argument) =>
    forType<JsonValue[]>('array', (value, at) => unless(value.length >= numberOf(argument), at, 'too few')),
  maxItems: (argument) =>
    forType<JsonValue[]>('array', (value, at) => unless(value.length <= numberOf(argument), at, 'too many')),
  items: (argument, _schema, compile) => {
    const judge = compile(argument);
    return forType<JsonValue[]>('array', (value, at) => value.flatMap((each, index) => judge(each, `${at}/${index}`)));
  },
  properties: (argument, _schema, compile) => {
    if (!isObject(argument)) throw new Error('Properties are an object.');
    const judges = Object.entries(argument).map(([name, schema]) => [name, compile(schema)] as const);
    return forType<JsonObject>('object', (value, at) =>
      judges.flatMap(([name, judge]) => {
        const member = value[name];
        return member === undefined ? [] : judge(member, `${at}/${name}`);
      }),
    );
  },
  required: (argument, schema) => {
    const names = Array.isArray(argument) ? argument.map(String) : [];
    const declared = isObject(schema['properties']) ? schema['properties'] : {};
    if (!Array.isArray(argument) || names.some((name) => !Object.hasOwn(declared, name))) {
      throw new Error('What is required is declared.');
    }
    return forType<JsonObject>('object', (value, at) =>
      names.flatMap((name) => unless(Object.hasOwn(value, name), `${at}/${name}`, 'missing')),
    );
  },
  additionalProperties: (argument, schema) => {
    if (argument !== false) throw new Error('An object is closed.');
    const declared = isObject(schema['properties']) ? schema['properties'] : {};
    return forType<JsonObject>('object', (value, at) =>
      Object.keys(value).flatMap((name) => unless(Object.hasOwn(declared, name), `${at}/${name}`, 'not declared')),
    );
  },
  allOf: (argument, _schema, compile) => {
    const judges = listOf(argument).map(compile);
    return (value, at) => judges.flatMap((judge) => judge(value, at));
  },
  anyOf: (argument, _schema, compile) => {
    const judges = listOf(argument).map(compile);
    return (value, at) =>
      unless(
        judges.some((judge) => judge(value, at).length === 0),
        at,
        'fits no alternative',
      );
  },
};

/** What a local reference leads to. @throws Error when it leads nowhere. */
export function resolve(document: JsonObject, ref: string): JsonValue {
  const parts = ref.split('/');
  if (parts.shift() !== '#') throw new Error(`${ref} leads out of the document.`);
  let found: JsonValue | undefined = document;
  for (const part of parts) {
    found = isObject(found) ? found[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  if (found === undefined) throw new Error(`${ref} leads nowhere.`);
  return found;
}

/**
 * Makes a validator of a JSON Schema (2020-12) as far as our documents use it. Strict where the standard is lenient.
 *
 * @throws Error for an unknown keyword, a pattern that is none, a reference that leads nowhere, an object that is open.
 */
export function compileSchema(document: JsonObject, schema: JsonValue): Validate {
  const compile = (each: JsonValue): Judge => {
    if (!isObject(each)) throw new Error('A schema is an object.');
    const ref = each['$ref'];
    if (typeof ref === 'string') return compile(resolve(document, ref));
    const judges = Object.entries(each).map(([name, argument]) => {
      const keyword = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
      if (!keyword) throw new Error(`The keyword "${name}" is not known.`);
      return keyword(argument, each, compile);
    });
    return (value, at) => judges.flatMap((judge) => judge(value, at));
  };
  const judge = compile(schema);
  return (value) => judge(value, '');
}
