import type { OperationExample } from './example.ts';

/** Examples of the tickets' operations, by tool. */
export const TICKETS_EXAMPLES: Readonly<Record<string, OperationExample>> = {};
