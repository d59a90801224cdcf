import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';

const NODE_BUNDLE = {
  absWorkingDir: import.meta.dirname,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  conditions: ['@narrow-deputies/source'] as string[],
  logLevel: 'warning',
} as const satisfies BuildOptions;

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
    entryPoints: ['src/main.ts'],
    outfile,
    ...NODE_BUNDLE,
    minify: true,
    legalComments: 'linked',
    plugins: [withoutFormValidator, withoutUnusedClients, withoutSecondParser, withLazyLoading, withSchemas],
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

/** Only calls are signed: `node:crypto` is loaded when something of it is first used. */
const withLazyLoading: Plugin = {
  name: 'lazy-loading',
  setup(bundler) {
    bundler.onResolve({ filter: /^node:crypto$/ }, ({ path, importer }) =>
      importer.endsWith('.ts') ? { path, namespace: 'lazy' } : undefined,
    );
    bundler.onLoad({ filter: /^/, namespace: 'lazy' }, ({ path }) => {
      const names = Object.keys(createRequire(import.meta.url)(path));
      const getter = `{ enumerable: true, get: () => require('${path}')[name] }`;
      const contents = `for (const name of ${JSON.stringify(names)}) Object.defineProperty(exports, name, ${getter});`;
      return { contents };
    });
  },
};

/** The JSON Schemas of the tools, from the same sources: converting them is a tenth of what a start costs. */
const withSchemas: Plugin = {
  name: 'schemas',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]tools[\\/]schemas\.ts$/ }, async () => {
      const contents = `import { toolSchemas } from '@narrow-deputies/server-kit';
        import { createTools } from './src/tools/index.ts';
        process.stdout.write(JSON.stringify(toolSchemas(createTools('', {}))));`;
      const stdin = { contents, resolveDir: import.meta.dirname, loader: 'ts' as const };
      const { outputFiles } = await build({ ...NODE_BUNDLE, stdin, write: false });
      const json = execFileSync(process.execPath, ['-'], { input: outputFiles[0]?.text ?? '', encoding: 'utf8' });
      return { contents: `export const TOOL_SCHEMAS = ${json};` };
    });
  },
};

/** Puts other contents in the place of what an importer asks for. */
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
