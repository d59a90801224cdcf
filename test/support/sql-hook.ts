import { StatementSync } from 'node:sqlite';

/** Where a process ends itself by force: right before or right after the n-th statement, counted from 1. */
export interface KillPoint {
  readonly statement: number;
  readonly side: 'before' | 'after';
}

const TRANSACTION_CONTROL = /^(begin|commit|rollback|savepoint|release)\b/i;
/** What a statement that was left out gives, by the method that would have run it. */
const NOTHING = { all: [], run: { changes: 0, lastInsertRowid: 0 } };

const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

/** Sees every SQL statement of this process from {@link SqlHook.arm} on. */
export class SqlHook {
  readonly statements: string[] = [];
  #armed = false;
  #point: KillPoint | undefined;
  #withoutTransactions = false;

  install(): void {
    const around = this.#around.bind(this);
    for (const method of ['all', 'run'] as const) {
      const real = StatementSync.prototype[method] as (this: StatementSync, ...parameters: never[]) => unknown;
      const seen = function (this: StatementSync, ...parameters: never[]): unknown {
        return around(method, this.sourceSQL, () => real.apply(this, parameters));
      };
      Object.defineProperty(StatementSync.prototype, method, { value: seen, configurable: true, writable: true });
    }
  }

  /**
   * @param point left out: statements are only counted.
   * @param withoutTransactions leaves `begin`, `commit` and the like out: the broken twin of a store that has them.
   */
  arm(point: KillPoint | undefined, withoutTransactions: boolean): void {
    this.#armed = true;
    this.#point = point;
    this.#withoutTransactions = withoutTransactions;
  }

  #around(method: 'all' | 'run', text: string, run: () => unknown): unknown {
    if (!this.#armed) return run();
    const number = this.statements.push(text);
    const side = this.#point?.statement === number ? this.#point.side : undefined;
    if (side === 'before') die();
    const isLeftOut = this.#withoutTransactions && TRANSACTION_CONTROL.test(text);
    const result = isLeftOut ? NOTHING[method] : run();
    if (side === 'after') die();
    return result;
  }
}
