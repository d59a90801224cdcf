import type { JsonObject } from '@narrow-deputies/contracts';
import { listTools } from '../test/docs/list-tools.ts';
import { Product } from '../test/support/product.ts';
import type { ContractFacts, ToolFacts } from './docs-tools.ts';

interface Described {
  readonly 'x-contract'?: ContractFacts;
}

const schemaOf = (openapi: JsonObject, name: string): JsonObject =>
  ((openapi['components'] as JsonObject)['schemas'] as JsonObject)[name] as JsonObject;

/**
 * Starts the product in a temporary home and asks it: the backend for its contracts, each server for its tools.
 *
 * @throws Error when a tool has no operation, or an operation no tool.
 */
export async function collectTools(): Promise<ToolFacts[]> {
  const product = await Product.start();
  try {
    const openapi = (await (await fetch(`${product.ready.backendUrl}/openapi.json`)).json()) as JsonObject;
    const contracts = new Map<string, ContractFacts>();
    for (const item of Object.values(openapi['paths'] as Record<string, { post?: Described }>)) {
      const contract = item.post?.['x-contract'];
      if (contract) contracts.set(contract.name, contract);
    }
    const tools: ToolFacts[] = [];
    for (const [server, entry] of Object.entries(product.ready.servers)) {
      for (const tool of await listTools(entry)) {
        const contract = contracts.get(tool.name);
        if (!contract) throw new Error(`The tool ${tool.name} of ${server} has no operation.`);
        contracts.delete(tool.name);
        tools.push({ ...tool, server, contract, wireArguments: schemaOf(openapi, `${tool.name}_arguments`) });
      }
    }
    if (contracts.size > 0) throw new Error(`No server offers ${[...contracts.keys()].join(', ')}.`);
    return tools;
  } finally {
    await product.dispose();
  }
}
