import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildStale, ROOT } from './build.ts';
import { packMcpb } from './bundle-mcpb.ts';
import { buildProgram } from './bundle-program.ts';
import { packTarball } from './bundle-tarball.ts';

const HELP = `npm run bundle -- [options] [server …]    pack servers so that they run without this workspace

  --out DIR   where the files are written (default bundles)
  --help      this text

Without names all servers are packed. Of each:
  <server>-<version>.mcpb   a bundle for MCP hosts such as Claude Desktop
  <server>-<version>.tgz    an npm package with no dependencies; its command is the server's name
The same sources give the same bytes.
`;

/** The servers of the workspace that have a program. */
export const packableServers = (): string[] =>
  readdirSync(join(ROOT, 'servers'))
    .filter((server) => existsSync(join(ROOT, 'servers', server, 'src', 'main.ts')))
    .toSorted();

/** Packs one server in both formats. @returns the files. */
export async function bundleServer(server: string, folder: string): Promise<{ mcpb: string; tarball: string }> {
  await mkdir(folder, { recursive: true });
  const program = await buildProgram(server);
  const path = join(folder, `${server}-${program.version}`);
  const files = { mcpb: `${path}.mcpb`, tarball: `${path}.tgz` };
  await packMcpb(program, files.mcpb);
  await packTarball(program, files.tarball);
  return files;
}

async function printTable(files: readonly string[]): Promise<void> {
  const rows = [['file', 'bytes', 'sha-256']];
  for (const file of files) {
    const bytes = await readFile(file);
    rows.push([basename(file), String(bytes.length), createHash('sha256').update(bytes).digest('hex')]);
  }
  const [names = 0, sizes = 0] = [0, 1].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  for (const [name = '', size = '', digest = ''] of rows) {
    process.stdout.write(`${name.padEnd(names)}  ${size.padStart(sizes)}  ${digest}\n`);
  }
}

function chosen(names: readonly string[]): string[] {
  const known = packableServers();
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`There is no server ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  return names.length === 0 ? known : known.filter((name) => names.includes(name));
}

async function bundle(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { out: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const servers = chosen(positionals);
  const folder = values.out === undefined ? join(ROOT, 'bundles') : resolve(values.out);
  await buildStale();
  const files: string[] = [];
  for (const server of servers) files.push(...Object.values(await bundleServer(server, folder)));
  process.stdout.write(`${folder}\n\n`);
  await printTable(files);
}

/** `npm run bundle`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await bundle(args);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
