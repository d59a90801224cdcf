import * as crypto from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/**
 * Bundles the server into one CommonJS file, which starts faster than modules do and runs without `node_modules`. The
 * package.json beside it undoes `"type": "module"` of this folder; alone, the file needs none.
 *
 * @param folder - where `main.js` is written.
 */
export async function buildServer(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'main.js');
  await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: ['src/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    conditions: ['source'],
    minify: true,
    legalComments: 'linked',
    logLevel: 'warning',
    plugins: [withoutFormValidator, withoutUnusedClients, withoutSecondParser, withLazyCrypto],
  });
  chmodSync(outfile, 0o755);
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

// What is in the file is read by the engine at every start, whether it runs or not, and a host waits for the list of tools.
// The plugins leave out what this server cannot reach and put off what only a call needs; the tests run the bundle.

/** The MCP SDK brings a JSON Schema validator for forms that a person fills in; this server has none. */
const withoutFormValidator = replace(
  'form-validator',
  /^@modelcontextprotocol\/server\/_shims$/,
  /./,
  `export { default as process } from 'node:process';
   export class DefaultJsonSchemaValidator {}`,
);

const UNUSED = 'module.exports = new Proxy({}, { get: () => class {} });';

/** undici's entry loads every client that it has; this server uses its agent and `request`. */
const withoutUnusedClients = replace(
  'unused-clients',
  /^\.\/lib\/(web|mock|cache|interceptor|handler|dispatcher\/(balanced|round-robin|dispatcher1|proxy|socks5|env|retry|h2c))/,
  /undici[\\/]index\.js$/,
  UNUSED,
);

/** undici's second HTTP parser, which an environment variable would turn on. */
const withoutSecondParser = replace('second-parser', /\/milo\//, /undici[\\/]lib[\\/]/, UNUSED);

/** Only calls are signed. */
const withLazyCrypto = replace(
  'lazy-crypto',
  /^node:crypto$/,
  /\.ts$/,
  `const names = ${JSON.stringify(Object.keys(crypto))};
   for (const name of names) Object.defineProperty(exports, name, { enumerable: true, get: () => require('crypto')[name] });`,
);

function replace(name: string, path: RegExp, importer: RegExp, contents: string): Plugin {
  return {
    name,
    setup(bundler) {
      bundler.onResolve({ filter: path }, (found) =>
        importer.test(found.importer) ? { path: name, namespace: name } : undefined,
      );
      bundler.onLoad({ filter: /^/, namespace: name }, () => ({ contents, resolveDir: import.meta.dirname }));
    },
  };
}

if (process.argv[1] === import.meta.filename) await buildServer(join(import.meta.dirname, 'dist'));
