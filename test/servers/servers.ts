import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Call, ObservedRefusal } from '@narrow-deputies/server-kit';
import type * as config from '../../servers/blog-publisher/src/config.ts';
import type * as usage from '../../servers/blog-publisher/src/usage.ts';
import type * as version from '../../servers/blog-publisher/src/version.ts';
import { receipt as publication } from '../../servers/blog-publisher/test/answers.ts';
import type * as support from '../../servers/blog-publisher/test/support.ts';
import { exportReceipt } from '../../servers/crm-reader/test/answers.ts';
import { refundReceipt } from '../../servers/ticket-handler/test/answers.ts';
import { ROOT } from '../support/processes.ts';

/** One commit of a server, for what its backend client does with every operation. */
interface Operation {
  /** Of `Backend`. */
  readonly method: string;
  /** On the wire. */
  readonly path: string;
  readonly answer: object;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'blog-publisher': { method: 'commitPublishDraft', path: '/v1/blog/commit_publish_draft', answer: publication },
  'crm-reader': { method: 'commitExportCustomers', path: '/v1/crm/commit_export_customers', answer: exportReceipt },
  'ticket-handler': { method: 'commitRefund', path: '/v1/tickets/commit_refund', answer: refundReceipt },
};

/** What every server has and every server repeats; typed after one of them, as the copies are the same. */
type Support = typeof support;
type Config = typeof config;
type Usage = typeof usage;
type Version = typeof version;

export interface ServerUnderTest extends Operation {
  readonly name: string;
  /** Its own copy of the network that is mocked, made for its own client. */
  readonly network: Omit<Support, 'newBackend'>;
  readonly newClient: () => Client;
  readonly readConfig: Config['readConfig'];
  readonly usageFor: Usage['usageFor'];
  readonly version: Readonly<Record<keyof Version, string>>;
}

/** A server's own code for what it does the same as all others. */
export interface Client {
  /** The operation above. */
  commit(call?: Call): Promise<unknown>;
  report(refusal: ObservedRefusal): void;
  /** Reports what is left, within some milliseconds. */
  finish(milliseconds: number): Promise<void>;
  /** What it said that it could not report. */
  readonly warnings: readonly string[];
}

export const PLAN_ID = 'c3b6ad1a-5b6d-4e6e-8a0c-3d3f0f7a5e11';

type AnyBackend = Readonly<Record<string, (args: object, call: Call) => Promise<unknown>>>;
type Reports = (
  backend: AnyBackend,
  warn: (line: string) => void,
) => { readonly onRefusal: Client['report']; readonly finish: Client['finish'] };

const load = async <T>(name: string, file: string): Promise<T> => (await import(`../../servers/${name}/${file}`)) as T;

async function loadServer(name: string): Promise<ServerUnderTest> {
  const operation = OPERATIONS[name];
  if (!operation) throw new Error(`test/servers/servers.ts names no operation of ${name}: add one.`);
  const { newBackend, ...network } = await load<Support>(name, 'test/support.ts');
  const { createRefusalReports } = await load<{ createRefusalReports: Reports }>(name, 'src/refusal-reports.ts');
  const newClient = (): Client => {
    const backend = newBackend() as unknown as AnyBackend;
    const warnings: string[] = [];
    const { onRefusal, finish } = createRefusalReports(backend, (line) => warnings.push(line));
    return {
      warnings,
      finish,
      report: onRefusal,
      commit: async (call = network.CALL) => backend[operation.method]?.({ planId: PLAN_ID }, call),
    };
  };
  const { readConfig } = await load<Config>(name, 'src/config.ts');
  const { usageFor } = await load<Usage>(name, 'src/usage.ts');
  return {
    ...operation,
    name,
    network,
    newClient,
    readConfig,
    usageFor,
    version: await load<Version>(name, 'src/version.ts'),
  };
}

/** Every server that there is: one that is added is held to the same at once. */
export const SERVERS: readonly ServerUnderTest[] = await Promise.all(
  readdirSync(join(ROOT, 'servers')).map(loadServer),
);
