import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

/** What has to be built to serve. */
const SERVERS = ['blog-publisher', 'crm-reader', 'ticket-handler'];
const PROJECTS = ['backend-mock', ...SERVERS].map((name) => `@narrow-deputies/${name}`);

/** Everything that a build reads. */
const INPUTS = ['package-lock.json', 'tsconfig.base.json', 'nx.json', 'backend-mock', 'servers', 'shared'];
const NOT_READ = new Set(['dist', 'node_modules', 'test', 'fixtures']);
/** Written after a build; older than an input = stale. */
const STAMP = join(ROOT, 'node_modules', '.cache', 'narrow-deputies', 'built');
const PRODUCTS = ['backend-mock/dist/index.js', ...SERVERS.map((name) => `servers/${name}/dist/main.js`)];

/**
 * When the newest input was changed, in milliseconds. A folder of sources changes when a file in it comes or goes; the
 * folders above hold what builds themselves write.
 */
function newestInput(path: string, inSources = false): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const names = readdirSync(path).filter((name) => !NOT_READ.has(name));
  const inside = names.map((name) => newestInput(join(path, name), inSources || name === 'src'));
  return Math.max(inSources ? found.mtimeMs : 0, ...inside);
}

function isStale(): boolean {
  if (!existsSync(STAMP) || !PRODUCTS.every((product) => existsSync(join(ROOT, product)))) return true;
  const built = statSync(STAMP).mtimeMs;
  return INPUTS.some((input) => newestInput(join(ROOT, input)) > built);
}

/**
 * Builds if anything changed since the last time; what is up to date is not touched, because another process may be
 * running from it. What is built is said on standard error, because the first time takes a while.
 *
 * @throws Error when something does not build.
 */
export async function buildStale(): Promise<void> {
  if (!isStale()) return;
  const started = new Date();
  process.stderr.write('Building, since something is new here; the first time takes half a minute or more.\n');
  await build();
  process.stderr.write(`Built in ${Math.round((Date.now() - started.getTime()) / 1000)} s.\n`);
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, '');
  // What was changed while the build ran is newer than its beginning, and has to be built again.
  utimesSync(STAMP, started, started);
}

async function build(): Promise<void> {
  const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js');
  const args = [nx, 'run-many', '-t', 'build', '-p', PROJECTS.join(','), '--outputStyle=static'];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    output.push(chunk);
    // nx heads what each package printed with the task's name, when it is done.
    for (const [, name] of chunk.toString().matchAll(/nx run (@narrow-deputies\/[\w-]+):build/g)) {
      process.stderr.write(`  ${name}\n`);
    }
  });
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  process.stderr.write(Buffer.concat(output));
  throw new Error('The workspace does not build; see above.');
}
