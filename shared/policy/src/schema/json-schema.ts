import * as z from 'zod';
import { casesSchema } from '../cases/cases-schema.ts';
import { packSchema, policySchema } from '../language/policy-schema.ts';

/** A JSON Schema (draft 2020-12), with which editors complete and underline. What only the reader checks is not in it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const describe = (schema: z.ZodType, title: string): JsonSchema => ({
  ...z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' }),
  title,
});

export const policyJsonSchema = (): JsonSchema => describe(policySchema, 'Policy');
export const packJsonSchema = (): JsonSchema => describe(packSchema, 'Risk pack');
export const casesJsonSchema = (): JsonSchema => describe(casesSchema, 'Cases of a policy');
