import type { Contract } from '@narrow-deputies/contracts';
import type { Catalogue } from '@narrow-deputies/policy';

/** What agents can do here, as data; injection token of its own type. */
export class KnownTools {
  readonly contracts: readonly Contract[];
  /** Of the commits that tasks can cover. */
  readonly taskable: readonly Contract[];
  /** What policy may know of them. */
  readonly catalogue: Catalogue;

  constructor(contracts: readonly Contract[], taskable: readonly Contract[], catalogue: Catalogue) {
    this.contracts = contracts;
    this.taskable = taskable;
    this.catalogue = catalogue;
  }
}
