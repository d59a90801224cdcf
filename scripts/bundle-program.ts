import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './build.ts';
import { licenceNotes } from './bundle-licences.ts';
import type { PackedServer } from './bundle-manifest.ts';

/** A server's program, ready to be packed in either format. */
export interface Program extends PackedServer {
  readonly program: string;
  /** What lies beside the program and is read only where telemetry is exported. */
  readonly telemetry: string;
  /** Our licence, and those of the code that came from others. */
  readonly licence: string;
  readonly thirdParty: string;
}

const NOTICES = 'main.js.LEGAL.txt';
const TELEMETRY = 'telemetry.cjs';
const THIRD_PARTY = 'THIRD-PARTY-LICENSES.txt';
const HEAD = /^#!.*\n"use strict";/;

/**
 * A host may load the program into a process of its own instead of starting one, as Claude Desktop's own Node does. The
 * arguments of that process, among them flags that were meant for Node, are not for this program.
 */
const NOT_OUR_ARGUMENTS = 'if(require.main!==module)process.argv.length=2;';

function standalone(built: string): string {
  if (!HEAD.test(built)) throw new Error('The built program does not begin as this script knows it.');
  return built
    .replace(HEAD, (head) => `${head}${NOT_OUR_ARGUMENTS}`)
    .replace(`please see ${NOTICES}`, `please see ${THIRD_PARTY}`);
}

const read = (...path: string[]): Promise<string> => readFile(join(ROOT, ...path), 'utf8');

/** Builds one server from its sources; nothing in the workspace is changed. */
export async function buildProgram(server: string): Promise<Program> {
  // Not at the top: the packages have to be built before they can be imported.
  const { buildServer } = await import('@narrow-deputies/server-kit/build');
  const { TOOL_LIST } = (await import(`../servers/${server}/src/tool-list.ts`)) as {
    TOOL_LIST: PackedServer['tools'];
  };
  const { version, description } = JSON.parse(await read('servers', server, 'package.json')) as PackedServer;
  const folder = await mkdtemp(join(tmpdir(), 'deputies-program-'));
  try {
    const packages = await buildServer(join(ROOT, 'servers', server), folder);
    const notices = await readFile(join(folder, NOTICES), 'utf8').catch(() => '');
    return {
      server,
      version,
      description,
      tools: TOOL_LIST,
      program: standalone(await readFile(join(folder, 'main.js'), 'utf8')),
      telemetry: await readFile(join(folder, TELEMETRY), 'utf8'),
      licence: await read('LICENSE'),
      thirdParty: await licenceNotes(packages, notices),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
