import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SqliteAdapter, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import { CommitUnknown } from './commit-unknown.ts';

/** How long a second process waits for the writer before it is told that the database is locked, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;
const STATEMENT_CACHE = 500;

/**
 * Opens one SQLite file as a durable store: WAL with `synchronous=FULL`, so that a commit that was answered survives the
 * loss of power, and one writer at a time.
 */
export function openSqlite(file: string): SqliteDialect {
  makePrivate(file);
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
  database.exec('pragma journal_mode = wal');
  database.exec('pragma synchronous = full');
  // What is deleted is overwritten: an erased payload is not left in a free page.
  database.exec('pragma secure_delete = on');
  return new DurableSqliteDialect({ database: adapt(database) });
}

/**
 * For its owner alone; SQLite gives the files beside it the mode of this one. A file that is there already is not opened
 * for it: to close it again would drop every lock that this process holds on it (fcntl).
 */
function makePrivate(file: string): void {
  if (file === ':memory:' || process.platform === 'win32') return;
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  for (const each of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(each)) chmodSync(each, 0o600);
}

/** SQLite's schema changes roll back like any other statement, which Kysely's own adapter does not make use of. */
class DurableSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class DurableSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new DurableSqliteAdapter();
  }
}

/** The face that Kysely's SQLite dialect expects, over Node's own driver. */
function adapt(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(text) {
      // A deferred transaction that turns writer half-way fails without waiting: take the write lock at once.
      const sql = text === 'begin' ? 'begin immediate' : text;
      const known = statements.get(sql);
      if (known) return known;
      const statement = wrapped(database, sql);
      if (statements.size >= STATEMENT_CACHE) statements.clear();
      statements.set(sql, statement);
      return statement;
    },
  };
}

function wrapped(database: DatabaseSync, sql: string): SqliteStatement {
  if (sql === 'rollback') return rollback(database);
  const statement = wrap(database.prepare(sql));
  return sql === 'commit' ? { ...statement, run: (parameters) => keep(() => statement.run(parameters)) } : statement;
}

/** Extended result codes for a disk that did not say whether it holds what was written. */
const NOT_SYNCED: ReadonlySet<unknown> = new Set([1034, 1290]);

/** @throws CommitUnknown where the next process to open the file may find what was written. */
function keep<T>(commit: () => T): T {
  try {
    return commit();
  } catch (error) {
    throw NOT_SYNCED.has((error as { readonly errcode?: unknown }).errcode) ? new CommitUnknown(error) : error;
  }
}

/** A store without room gives the transaction up by itself; to do it once more would fail and hide why. */
function rollback(database: DatabaseSync): SqliteStatement {
  const statement = wrap(database.prepare('rollback'));
  const nothing = { changes: 0, lastInsertRowid: 0 };
  return { ...statement, run: (parameters) => (database.isTransaction ? statement.run(parameters) : nothing) };
}

function wrap(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  };
}
