import { StatementSync } from 'node:sqlite';
import pg from 'pg';

const METHODS = ['all', 'run', 'get'] as const;

/**
 * On either engine each is one round trip: a transaction sends a statement when the one before it has been answered.
 *
 * @returns the SQL of every statement that this process ran on a store while `work` did.
 */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const see = (sql: string): void => {
    statements.push(sql);
  };
  const endings = [watchPostgres(see), watchSqlite(see)];
  try {
    await work();
  } finally {
    for (const end of endings) end();
  }
  return statements;
}

function watchSqlite(see: (sql: string) => void): () => void {
  const real = METHODS.map((method) => [method, StatementSync.prototype[method]] as const);
  for (const [method, run] of real) {
    const seen = function (this: StatementSync, ...parameters: never[]): unknown {
      see(this.sourceSQL);
      return (run as (...all: never[]) => unknown).apply(this, parameters);
    };
    Object.defineProperty(StatementSync.prototype, method, { value: seen, configurable: true, writable: true });
  }
  return () => {
    for (const [method, run] of real) {
      Object.defineProperty(StatementSync.prototype, method, { value: run, configurable: true, writable: true });
    }
  };
}

const TIMES = 5;

/** Does the same a few times. @returns the statements of the time that took fewest: others run in this process as well. */
export async function fewestStatements(work: () => Promise<unknown>): Promise<string[]> {
  const times: string[][] = [];
  for (let time = 0; time < TIMES; time++) times.push(await statementsOf(work));
  return times.reduce((one, other) => (other.length < one.length ? other : one));
}

type Query = (this: pg.Client, ...parameters: unknown[]) => unknown;

function watchPostgres(see: (sql: string) => void): () => void {
  const real = pg.Client.prototype.query as unknown as Query;
  const seen: Query = function (this: pg.Client, ...parameters) {
    const [config] = parameters;
    see(typeof config === 'string' ? config : (config as { text: string }).text);
    return real.apply(this, parameters);
  };
  Object.assign(pg.Client.prototype, { query: seen });
  return () => Object.assign(pg.Client.prototype, { query: real });
}
