import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
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
    ...SLIM,
    legalComments: 'linked',
  });
  chmodSync(outfile, 0o755);
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

// What is in the file is parsed by the engine at every start, whether it runs or not, and a host waits for the list of tools.
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

/** The list of tools, from the same sources: to make it takes every schema that a call needs, and a while. */
const withToolList: Plugin = {
  name: 'tool-list',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]src[\\/]tool-list\.ts$/ }, async () => {
      const contents = `import { TOOL_LIST } from './src/tool-list.ts';
        process.stdout.write(JSON.stringify(TOOL_LIST));`;
      const code = await bundleText({ stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' } });
      const json = execFileSync(process.execPath, ['-'], { input: code, encoding: 'utf8' });
      return { contents: `export const TOOL_LIST = ${json};` };
    });
  },
};

/** Importing a file of the workspace does nothing by itself, so that what is not used of it can be left out. */
const withoutSideEffects: Plugin = {
  name: 'no-side-effects',
  setup(bundler) {
    bundler.onResolve({ filter: /^(\.|@narrow-deputies\/)/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'resolving' || from.kind === 'entry-point') return undefined;
      const { importer, kind, namespace, resolveDir } = from;
      const found = await bundler.resolve(path, { importer, kind, namespace, resolveDir, pluginData: 'resolving' });
      return { ...found, sideEffects: found.sideEffects && !found.path.endsWith('.ts') };
    });
  },
};

/** What is imported dynamically lies in the file as text, which is passed over quickly, and is compiled on first use. */
const withLaterParts: Plugin = {
  name: 'later-parts',
  setup(bundler) {
    bundler.onResolve({ filter: /^/ }, async ({ path, importer, kind, namespace, resolveDir, pluginData }) => {
      if (pluginData === 'resolving' || kind !== 'dynamic-import' || isBuiltin(path)) return undefined;
      const found = await bundler.resolve(path, { importer, kind, namespace, resolveDir, pluginData: 'resolving' });
      return { path: found.path, namespace: 'later' };
    });
    bundler.onLoad({ filter: /^/, namespace: 'later' }, async ({ path }) => {
      const code = await bundleText({ entryPoints: [path], ...SLIM });
      const names = "['exports', 'require', 'module', '__filename', '__dirname']";
      return {
        contents: `const { compileFunction } = require('node:vm');
          compileFunction(${JSON.stringify(code)}, ${names}, { filename: __filename + ': ' + ${JSON.stringify(basename(path))} })(
            exports, require, module, __filename, __dirname);`,
      };
    });
  },
};

/** What every part of the bundle is made with. */
const SLIM = {
  minify: true,
  plugins: [
    withToolList,
    withLaterParts,
    withoutSideEffects,
    withoutFormValidator,
    withoutUnusedClients,
    withoutSecondParser,
  ],
} satisfies BuildOptions;

/** The code of a bundle that is not written to a file. */
async function bundleText(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...NODE_BUNDLE, ...options, write: false });
  return outputFiles[0]?.text ?? '';
}

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
