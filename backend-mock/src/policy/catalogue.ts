import type { Contract } from '@narrow-deputies/contracts';
import * as z from 'zod';
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
  pointers: pointersOf(z.toJSONSchema(argued.arguments, { io: 'input', unrepresentable: 'any' }) as Schema),
});

/** The parts of JSON Schema that lead further down. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema | boolean>>;
  readonly items?: Schema | boolean;
  readonly anyOf?: readonly (Schema | boolean)[];
  readonly oneOf?: readonly (Schema | boolean)[];
  readonly allOf?: readonly (Schema | boolean)[];
}

const ARGUMENT_DEPTH = 8;

/** Every JSON pointer that leads somewhere in values of a schema; `*` is any item of a list. */
function pointersOf(schema: Schema | boolean | undefined, depth = ARGUMENT_DEPTH): string[] {
  if (typeof schema !== 'object' || depth === 0) return [];
  const { properties = {}, items, anyOf = [], oneOf = [], allOf = [] } = schema;
  const below = (name: string, part: Schema | boolean | undefined): string[] => {
    const token = name === '*' ? name : name.replaceAll('~', '~0').replaceAll('/', '~1');
    return [`/${token}`, ...pointersOf(part, depth - 1).map((pointer) => `/${token}${pointer}`)];
  };
  return [
    ...Object.entries(properties).flatMap(([name, part]) => below(name, part)),
    ...(items === undefined ? [] : below('*', items)),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((part) => pointersOf(part, depth)),
  ];
}
