import { errorCode, errorMessage } from '../common/error-code.ts';

/** SQLite's primary result codes: busy, locked, read-only, input or output error, full, cannot open. */
const SQLITE: ReadonlySet<number> = new Set([5, 6, 8, 10, 13, 14]);
/** PostgreSQL's classes of connections, resources, operators and the system; read-only; a lock that was not to be had. */
const SQLSTATE = /^(08|53|57|58)[0-9A-Z]{3}$|^25006$|^55P03$/;
const SOCKET: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'ENOENT',
]);
/** What the driver of PostgreSQL says without a code. */
const CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/;

/** Whether the store gave up, for a reason that lies outside the statement and may pass by itself. */
export function isStoreTrouble(error: unknown): boolean {
  const code = errorCode(error) ?? '';
  if (code === 'ERR_SQLITE_ERROR') return SQLITE.has(sqliteCode(error));
  return SQLSTATE.test(code) || SOCKET.has(code) || CONNECTION.test(errorMessage(error));
}

/** Whether the store had no room for what was written (SQLSTATE 53100; SQLite's `FULL`, and `IOERR_WRITE` for a limit of the system). */
export const isFull = (error: unknown): boolean =>
  errorCode(error) === '53100' || isSqlite(error, [13]) || (error as { errcode?: unknown }).errcode === 778;

/** Whether the store takes no writes at all. */
export const isReadOnly = (error: unknown): boolean => errorCode(error) === '25006' || isSqlite(error, [8]);

const isSqlite = (error: unknown, codes: readonly number[]): boolean =>
  errorCode(error) === 'ERR_SQLITE_ERROR' && codes.includes(sqliteCode(error));

/** The primary result code: the low byte of an extended one. */
const sqliteCode = (error: unknown): number =>
  typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
