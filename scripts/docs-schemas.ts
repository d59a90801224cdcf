const text = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`;

/** The JSON Schemas that editors complete policies with, by their names; generated from what reads policies. */
export async function policySchemas(): Promise<ReadonlyMap<string, string>> {
  // Only now: what was built a moment ago is what counts.
  const { casesJsonSchema, packJsonSchema, policyJsonSchema } = await import('@narrow-deputies/policy');
  return new Map([
    ['policy.schema.json', text(policyJsonSchema())],
    ['risk-pack.schema.json', text(packJsonSchema())],
    ['cases.schema.json', text(casesJsonSchema())],
  ]);
}
