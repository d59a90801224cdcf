import type { Contract } from '@narrow-deputies/contracts';

/** What agents can do here, as data; injection token of its own type. */
export class KnownTools {
  readonly contracts: readonly Contract[];
  /** Of the commits that tasks can cover. */
  readonly taskable: readonly Contract[];

  constructor(contracts: readonly Contract[], taskable: readonly Contract[]) {
    this.contracts = contracts;
    this.taskable = taskable;
  }
}
