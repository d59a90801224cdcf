import { StatementSync } from 'node:sqlite';

const METHODS = ['all', 'run', 'get'] as const;

/** @returns the SQL of every statement that ran on SQLite in this process while `work` did. */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const real = METHODS.map((method) => [method, StatementSync.prototype[method]] as const);
  for (const [method, run] of real) {
    const seen = function (this: StatementSync, ...parameters: never[]): unknown {
      statements.push(this.sourceSQL);
      return (run as (...all: never[]) => unknown).apply(this, parameters);
    };
    Object.defineProperty(StatementSync.prototype, method, { value: seen, configurable: true, writable: true });
  }
  try {
    await work();
  } finally {
    for (const [method, run] of real) {
      Object.defineProperty(StatementSync.prototype, method, { value: run, configurable: true, writable: true });
    }
  }
  return statements;
}
