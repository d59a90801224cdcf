import type { JsonValue } from '@narrow-deputies/contracts';

/** A copy of plain data as JSON; a field without a value is left out. */
export const asJson = (value: object): JsonValue => JSON.parse(JSON.stringify(value)) as JsonValue;
