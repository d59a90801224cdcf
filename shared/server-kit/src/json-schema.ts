import { pendingAnswer, type Kind } from '@narrow-deputies/contracts';
import * as z from 'zod';

/** A JSON Schema (2020-12) document as it goes over the wire. */
export type JsonSchema = Record<string, unknown>;

/** What a problem looks like to a validator; loose, because its members grow with the codes. */
const PROBLEM_SHAPE: JsonSchema = {
  type: 'object',
  properties: { code: { type: 'string' }, detail: { type: 'string' }, retryable: { type: 'boolean' } },
  required: ['type', 'title', 'status', 'detail', 'code', 'retryable'],
};

/**
 * The JSON Schema that a host shows its model. Only a hint: the handler parses with the zod schema itself. Left out are
 * `$schema` (2020-12 is what MCP assumes, and validators of draft-07 hosts fail on an unknown one), patterns with Unicode
 * property escapes (not every validator compiles them) and patterns that repeat a `format`.
 */
export function inputJsonSchema(schema: z.ZodType): JsonSchema {
  return convert(schema, 'input');
}

/**
 * The JSON Schema of a tool's results. A commit may also answer that a person has to decide first. Problems are admitted
 * too: the widely used 1.x client line checks `structuredContent` against this schema even where `isError` is true, and
 * would turn a refusal into an error of its own.
 */
export function outputJsonSchema(schema: z.ZodType, kind: Kind): JsonSchema {
  const answers = kind === 'commit' ? [schema, pendingAnswer] : [schema];
  return { type: 'object', anyOf: [...answers.map((answer) => convert(answer, 'output')), PROBLEM_SHAPE] };
}

function convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    override: ({ jsonSchema }) => {
      const { pattern, format } = jsonSchema;
      if (pattern !== undefined && (format !== undefined || pattern.includes('\\p{'))) delete jsonSchema.pattern;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  // The converter hangs a non-enumerable Standard Schema on the result; a plain copy leaves it behind.
  return { ...json };
}
