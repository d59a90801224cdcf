import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { makeVisible } from '@narrow-deputies/contracts/text';
import { stringify } from 'csv-stringify/sync';
import { formulaSafe } from '../../../common/formula-safe.ts';

/** Every field of an entry, in the order of its format. */
const COLUMNS = [
  'auditId',
  'time',
  'environment',
  'traceId',
  'requestId',
  'run',
  'client',
  'keyid',
  'agent',
  'owner',
  'person',
  'host',
  'source',
  'tool',
  'kind',
  'argumentsDigest',
  'resultDigest',
  'decision',
  'rules',
  'decisionInput',
  'risk',
  'outcome',
  'code',
  'repeated',
  'latencyMs',
  'plan',
  'approvals',
  'task',
  'details',
] as const;

/** RFC 4180, without a byte-order mark; no cell is a formula, and what cannot be seen is written out. */
export const csvHeading = (): string => csv([[...COLUMNS]]);
export const csvLines = (entries: readonly JsonObject[]): string =>
  csv(entries.map((entry) => COLUMNS.map((column) => formulaSafe(cell(entry[column])))));

const csv = (records: (string | number | null)[][]): string =>
  stringify(records, { record_delimiter: 'windows', quoted_string: true });

function cell(value: JsonValue | undefined): string | number | null {
  if (value === null || value === undefined || typeof value === 'number') return value ?? null;
  return makeVisible(typeof value === 'string' ? value : JSON.stringify(value));
}
