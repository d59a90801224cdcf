'use strict';
/**
 * Runs in the place of a server and tries what a server must not be able to do, were its code in another's hands. Prints
 * for each attempt the code of the error that stopped it, or "allowed".
 */
const [, , outside, drafts, addon] = process.argv;
const { join } = require('node:path');
const fs = require('node:fs');
const mine = join(outside, `written-by-${process.pid}`);
const draft = join(drafts, 'inside.md');

const attempts = {
  'read a file beside its folders': () => fs.readFileSync(join(outside, 'secret.txt')),
  'read a file asynchronously': () => fs.promises.readFile(join(outside, 'secret.txt')),
  'open a file': () => fs.openSync(join(outside, 'secret.txt'), 'r'),
  'list a folder': () => fs.readdirSync(outside),
  'list the root': () => fs.readdirSync('/'),
  'look at a file': () => fs.statSync(join(outside, 'secret.txt')),
  'read its own environment from the system': () => fs.readFileSync('/proc/self/environ'),
  'read the password file': () => fs.readFileSync('/etc/passwd'),
  'climb out of the drafts': () => fs.readFileSync(`${drafts}/../secret.txt`),
  'load code from elsewhere': () => require(join(outside, 'code.cjs')),
  'import code from elsewhere': () => import(join(outside, 'code.cjs')),
  'load an environment file': () => process.loadEnvFile(join(outside, 'secret.txt')),
  'open a store': () => new (require('node:sqlite').DatabaseSync)(join(outside, 'store.sqlite')),
  'make a store': () => new (require('node:sqlite').DatabaseSync)(`${mine}.sqlite`),
  'write a file': () => fs.writeFileSync(mine, ''),
  'write a draft': () => fs.writeFileSync(draft, 'changed'),
  'write into its own folder': () => fs.writeFileSync(join(__dirname, 'left-behind.js'), ''),
  'append to its own code': () => fs.appendFileSync(__filename, '\n'),
  'delete a draft': () => fs.unlinkSync(draft),
  'rename a draft': () => fs.renameSync(draft, join(drafts, 'other.md')),
  'copy a draft': () => fs.copyFileSync(draft, mine),
  'make a folder': () => fs.mkdirSync(mine),
  'make a link': () => fs.symlinkSync(join(outside, 'secret.txt'), join(drafts, 'link-by-probe.md')),
  'change a mode': () => fs.chmodSync(draft, 0o777),
  'change a time': () => fs.utimesSync(draft, 0, 0),
  'shorten a draft': () => fs.truncateSync(draft),
  'write a report': () => process.report.writeReport(`${mine}.json`),
  'write a heap snapshot': () => require('node:v8').writeHeapSnapshot(`${mine}.heapsnapshot`),
  'start a program': () => require('node:child_process').spawnSync(process.execPath, ['--version']),
  'start a program asynchronously': () => require('node:child_process').spawn(process.execPath, ['--version']),
  'run a command': () => require('node:child_process').execSync('true'),
  'fork itself': () => require('node:child_process').fork(__filename),
  'start a thread': () => new (require('node:worker_threads').Worker)('1', { eval: true }),
  'load native code': () => process.dlopen({ exports: {} }, addon),
  'open the inspector': () => require('node:inspector').open(0),
  'speak to the inspector': () => new (require('node:inspector').Session)().connect(),
  'open a WebAssembly system': () => new (require('node:wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } }),
  'take the parts below Node': () => process.binding('fs'),
};

/** What the sandbox leaves open, and why the handler's wall has to stay. */
const known = {
  'read a draft': () => fs.readFileSync(draft),
  'follow a link out of the drafts': () => fs.readFileSync(join(drafts, 'link.md')),
};

async function outcome(attempt) {
  try {
    const made = await attempt();
    if (made !== null && typeof made === 'object' && 'pid' in made && 'kill' in made) made.kill();
    // What `spawnSync` could not start it returns.
    return made?.error?.code ?? 'allowed';
  } catch (error) {
    return error.code ?? `${error.name}: ${error.message}`;
  }
}

async function all(list) {
  const outcomes = {};
  for (const [name, attempt] of Object.entries(list)) outcomes[name] = await outcome(attempt);
  return outcomes;
}

all(attempts).then(async (tried) => {
  process.stdout.write(JSON.stringify({ tried, known: await all(known) }));
  process.exit(0);
});
