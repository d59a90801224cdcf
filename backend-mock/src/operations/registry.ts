import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Contract } from '@narrow-deputies/contracts';
import { sha256Hex } from '@narrow-deputies/signing';
import * as z from 'zod';
import { Operation } from './operation.decorator.ts';
import type { OperationDeclaration, ReadOperation, WriteOperation } from './operation.ts';

/** One reachable operation: a contract and the code behind it. */
export type RegisteredOperation =
  | { readonly contract: Contract; readonly kind: 'read'; readonly handler: ReadOperation }
  | {
      readonly contract: Contract;
      readonly kind: 'plan' | 'commit';
      readonly handler: WriteOperation;
      /** The other half of the pair. */
      readonly pair: Contract;
      /** Digest of contract and argument schema: a plan made under another schema is another plan. */
      readonly schemaDigest: string;
    };

/** Every operation by `<context>/<tool_name>`, found by its decorator at start. */
@Injectable()
export class OperationRegistry implements OnModuleInit {
  readonly #discovery: DiscoveryService;
  readonly #operations = new Map<string, RegisteredOperation>();

  constructor(@Inject(DiscoveryService) discovery: DiscoveryService) {
    this.#discovery = discovery;
  }

  onModuleInit(): void {
    for (const wrapper of this.#discovery.getProviders({ metadataKey: Operation.KEY })) {
      const declaration = this.#discovery.getMetadataByDecorator(Operation, wrapper);
      if (declaration) this.#register(declaration, wrapper.instance as ReadOperation & WriteOperation);
    }
  }

  #register(declaration: OperationDeclaration, handler: ReadOperation & WriteOperation): void {
    if ('read' in declaration) {
      this.#add({ contract: declaration.read, kind: 'read', handler });
      return;
    }
    const { plan, commit } = declaration;
    const schemaDigest = digestOfPair(plan, commit);
    this.#add({ contract: plan, kind: 'plan', handler, pair: commit, schemaDigest });
    this.#add({ contract: commit, kind: 'commit', handler, pair: plan, schemaDigest });
  }

  #add(operation: RegisteredOperation): void {
    const { contract, kind } = operation;
    const path = `${contract.context}/${contract.name}`;
    const faults = contractFaults(contract, kind);
    if (this.#operations.has(path)) faults.push('is declared twice');
    if (faults.length > 0) throw new Error(`The contract of ${path} ${faults.join(', ')}.`);
    this.#operations.set(path, operation);
  }

  find(context: string, name: string): RegisteredOperation | undefined {
    return this.#operations.get(`${context}/${name}`);
  }

  all(): readonly RegisteredOperation[] {
    // By address: in which order Nest makes the handlers depends on what each of them injects.
    return [...this.#operations].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, operation]) => operation);
  }

  /** Largest body that any contract admits, in bytes. */
  largestBody(): number {
    return Math.max(0, ...this.all().map(({ contract }) => contract.limits.bodyBytes));
  }
}

/** What would make a contract ambiguous; the process refuses to start with it. */
function contractFaults(contract: Contract, kind: Contract['kind']): string[] {
  const faults: string[] = [];
  if (contract.kind !== kind) faults.push(`says kind ${contract.kind} but is declared as ${kind}`);
  if (contract.scope !== `${contract.context}:${contract.name}`) faults.push('does not have its own scope');
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(contract.name)) faults.push('has a name that hosts refuse');
  if (contract.roles.length === 0) faults.push('names no role');
  if (contract.worstOutcome.trim() === '') faults.push('does not state its worst outcome');
  if (contract.kind === 'commit' && contract.ships && contract.approval === 'none') {
    faults.push('ships text but asks nobody');
  }
  if (contract.kind !== 'commit' && contract.approval !== 'none') faults.push('asks for approval of what cannot wait');
  return faults;
}

const digestOfPair = (plan: Contract, commit: Contract): string => {
  const parts = [plan, commit].map((contract) => ({
    name: contract.name,
    action: contract.action,
    approval: contract.approval,
    ships: contract.ships,
    schema: z.toJSONSchema(contract.arguments, { unrepresentable: 'any' }),
  }));
  return `sha-256:${sha256Hex(JSON.stringify(parts))}`;
};
