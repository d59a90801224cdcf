import * as z from 'zod';
import { casesSchema } from '../cases/cases-schema.ts';
import { packSchema, policySchema } from '../language/policy-schema.ts';

/**
 * A JSON Schema (draft 2020-12), with which editors complete and underline. It accepts every file that is accepted, and
 * refuses all that is wrong in shape; what takes more than the shape (ids that differ, time zones that exist) is left to
 * `policy check`.
 */
export type JsonSchema = Readonly<Record<string, unknown>>;

type Node = Record<string, unknown>;

const write = (schema: z.ZodType, title: string): Node => ({
  ...z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' }),
  title,
});

/** The schema of the items of a list among the properties. */
const itemsOf = (schema: Node, list: string): Node => {
  const { items } = (schema['properties'] as Record<string, Node>)[list] ?? {};
  if (typeof items !== 'object' || items === null) throw new Error(`The schema has no list "${list}".`);
  return items as Node;
};

/** What asks for approval says whose, and nothing else does. */
const approvalFits = (field: string): Node => ({
  if: { properties: { [field]: { const: 'require_approval' } }, required: [field] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: ['approval'] },
  else: { not: { anyOf: [{ required: ['approval'] }, { required: ['reviewer_role'] }] } },
});

const none = (...fields: string[]): Node => ({ not: { anyOf: fields.map((field) => ({ required: [field] })) } });

export function policyJsonSchema(): JsonSchema {
  const schema = write(policySchema, 'Policy');
  Object.assign(itemsOf(schema, 'rules'), approvalFits('effect'));
  Object.assign(itemsOf(schema, 'limits'), approvalFits('exceeded'), {
    oneOf: [
      { required: ['per', 'window', 'maximum'], ...none('max_calls_per_run') },
      { required: ['max_calls_per_run'], ...none('per', 'maximum', 'sum') },
    ],
  });
  return schema;
}

export function packJsonSchema(): JsonSchema {
  const schema = write(packSchema, 'Risk pack');
  Object.assign(itemsOf(schema, 'factors'), {
    oneOf: [{ required: ['score'] }, { required: ['measure', 'bands'] }],
    if: { properties: { measure: { const: 'sum' } }, required: ['measure'] },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: { required: ['sum'] },
    else: none('sum'),
  });
  return schema;
}

export const casesJsonSchema = (): JsonSchema => write(casesSchema, 'Cases of a policy');
