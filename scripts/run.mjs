// The first thing that runs: plain JavaScript, so that an old Node can still say what it lacks.
import module from 'node:module';
import { dirname } from 'node:path';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const [name, ...args] = process.argv.slice(2);
const scripts = new Set([
  'start',
  'deputies',
  'demo',
  'test',
  'docs',
  'bench-startup',
  'bench-call',
  'bench-policy',
  'bench-audit',
  'bench-desk',
  'bundle',
  'make-fixtures',
]);

if (major < 22 || (major === 22 && minor < 20)) {
  process.stderr.write(
    `Narrow Deputies needs Node 22.20 or newer; this is ${process.versions.node}.\n` +
      'On Linux and Windows "npm ci" brings one along: run this through npm. Elsewhere, install Node 24.\n',
  );
  process.exit(1);
}
if (!scripts.has(name)) {
  process.stderr.write(`usage: node scripts/run.mjs ${[...scripts].join('|')}\n`);
  process.exit(2);
}
// Any program of the same user may send this signal, a sandboxed server too, and Node would answer it by opening its
// debugger: whoever reaches that commands the process.
process.on('SIGUSR1', () => undefined);

// npm starts a script in the folder of its package; a path that a person types is meant from where they stand.
const { INIT_CWD: standing, npm_lifecycle_event: event, npm_package_json: manifest } = process.env;
if (standing && manifest && event === name && process.cwd() === dirname(manifest)) process.chdir(standing);

// A command answers a third sooner where it was compiled before.
module.enableCompileCache?.();
const { main } = await import(`./${name}.ts`);
process.exitCode = await main(args);
