import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tarballFaults } from './bundle-check.ts';
import type { Program } from './bundle-program.ts';
import { readmeOf } from './bundle-readme.ts';
import { run, runNode, staged } from './bundle-staging.ts';

/** The package of a server on its own: nothing to fetch, nothing that runs at installation. */
const packageOf = ({ server, version, description }: Program): object => ({
  name: `@narrow-deputies/${server}`,
  version,
  description,
  license: 'MIT',
  type: 'commonjs',
  bin: { [server]: 'dist/main.js' },
  engines: { node: '>=22.20' },
});

/** Under npm its own program is known; a shell has to find it otherwise, because on Windows it is a script. */
async function npm(args: readonly string[], cwd: string): Promise<string> {
  const program = process.env['npm_execpath'];
  if (program?.endsWith('.js')) return runNode([program, ...args], cwd);
  return process.platform === 'win32' ? run('npm.cmd', args, cwd, true) : run('npm', args, cwd);
}

/** Packs a server as an npm tarball that needs no registry. @throws Error when it would not be as it has to be. */
export async function packTarball(program: Program, file: string): Promise<void> {
  const packageJson = packageOf(program);
  const files = {
    LICENSE: program.licence,
    'README.md': readmeOf(program),
    'THIRD-PARTY-LICENSES.txt': program.thirdParty,
    'dist/main.js': program.program,
    'dist/telemetry.cjs': program.telemetry,
    'package.json': `${JSON.stringify(packageJson, null, 2)}\n`,
  };
  const faults = tarballFaults(Object.keys(files), packageJson);
  if (faults.length > 0) throw new Error(`The tarball of ${program.server} is not sound:\n${faults.join('\n')}`);
  // Beside its place, so that the finished file only has to be renamed.
  const folder = await mkdtemp(join(dirname(file), '.packing-'));
  try {
    await staged(files, async (source) => {
      const flags = ['--ignore-scripts', '--offline', '--json', '--loglevel=error'];
      const [packed] = JSON.parse(await npm(['pack', '--pack-destination', folder, ...flags], source)) as {
        filename: string;
      }[];
      await rename(join(folder, packed?.filename ?? ''), file);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
