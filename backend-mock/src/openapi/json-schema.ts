import type { JsonObject } from '@narrow-deputies/contracts';
import * as z from 'zod';

/**
 * The JSON Schema (2020-12, the dialect of OpenAPI 3.1) of a zod schema. What JSON Schema cannot say, such as a
 * refinement, is left out: the schema admits a little more than the backend does, never less.
 *
 * @param io whether it describes what is sent or what is answered.
 */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const made = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonObject;
  return Object.fromEntries(Object.entries(made).filter(([key]) => key !== '$schema'));
}

export const schemaRef = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
