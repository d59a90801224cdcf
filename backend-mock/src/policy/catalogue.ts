import type { Contract } from '@narrow-deputies/contracts';
import { createCatalogue, type Catalogue, type ToolFacts } from '@narrow-deputies/policy';

/** One operation, as far as policy looks at it; a commit with its plan. */
export type Catalogued =
  | { readonly kind: 'read' | 'plan'; readonly contract: Contract }
  | { readonly kind: 'commit'; readonly contract: Contract; readonly pair: Contract };

/**
 * What policy may know of every tool, from contracts alone. A commit is judged by the arguments of its plan, so those are
 * what rules about it can read.
 */
export const catalogueOf = (operations: readonly Catalogued[]): Catalogue =>
  createCatalogue(
    operations.map((operation) =>
      factsOf(operation.contract, operation.kind === 'commit' ? operation.pair : operation.contract),
    ),
  );

const factsOf = (contract: Contract, argued: Contract): ToolFacts => ({
  name: contract.name,
  kind: contract.kind,
  context: contract.context,
  action: contract.action,
  roles: contract.roles,
  ships: contract.ships,
  leastApproval: contract.approval,
  money: contract.money,
  record: contract.record,
  showsOutside: contract.showsOutside,
  readable: Object.fromEntries(
    Object.entries(argued.redaction).map(([name, how]) => [name, how === 'keep' ? 'value' : 'length']),
  ),
});
