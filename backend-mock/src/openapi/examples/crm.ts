import type { OperationExample } from './example.ts';

/** Examples of the customers' operations, by tool. */
export const CRM_EXAMPLES: Readonly<Record<string, OperationExample>> = {};
