import { MODULE_METADATA } from '@nestjs/common/constants.js';
import type { Catalogue } from '@narrow-deputies/policy';
import { AppModule } from '../app.module.ts';
import { Operation } from '../operations/operation.decorator.ts';
import type { OperationDeclaration } from '../operations/operation.ts';
import { catalogueOf, type Catalogued } from './catalogue.ts';

/**
 * The catalogue of all that the backend's modules declare, read off their decorators: nothing is started, so that a policy
 * can be looked at where no backend runs.
 */
export const declaredCatalogue = (): Catalogue =>
  catalogueOf(providersOf(AppModule).flatMap((provider) => cataloguedOf(declarationOf(provider))));

const metadata = (key: string, of: object): unknown => Reflect.getMetadata(key, of);

/** Classes that a module and those that it imports provide. */
function providersOf(module: object): object[] {
  const own = listOf(metadata(MODULE_METADATA.PROVIDERS, module));
  return [...own, ...listOf(metadata(MODULE_METADATA.IMPORTS, module)).flatMap(providersOf)];
}

const listOf = (value: unknown): object[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'function') : [];

const declarationOf = (provider: object): OperationDeclaration | undefined =>
  metadata(Operation.KEY, provider) as OperationDeclaration | undefined;

function cataloguedOf(declaration: OperationDeclaration | undefined): Catalogued[] {
  if (!declaration) return [];
  if ('read' in declaration) return [{ kind: 'read', contract: declaration.read }];
  const { plan, commit } = declaration;
  return [
    { kind: 'plan', contract: plan },
    { kind: 'commit', contract: commit, pair: plan },
  ];
}
