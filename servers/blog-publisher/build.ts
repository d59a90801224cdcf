import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import {
  build,
  type BuildOptions,
  type OnResolveArgs,
  type Plugin,
  type PluginBuild,
  type ResolveResult,
} from 'esbuild';

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
  await build({ ...NODE_BUNDLE, ...SLIM, entryPoints: ['src/main.ts'], outfile, legalComments: 'linked' });
  chmodSync(outfile, 0o755);
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

// A host waits for the list of tools. Until then the engine parses all code that is in the file, whether it runs or not, and
// makes every schema that it meets. The plugins leave out what this server cannot reach, and put off what only a call needs;
// the tests run the bundle.

/** What is imported dynamically stands in the bundle as text: a string is passed over quickly, and compiled on first use.
 * Such a part has its own copy of all that it imports, so nothing is known by its class across the border. */
const withLaterParts: Plugin = {
  name: 'later-parts',
  setup(bundler) {
    bundler.onResolve({ filter: /^/ }, async (asked) => {
      if (asked.kind !== 'dynamic-import' || isBuiltin(asked.path) || asked.pluginData === RESOLVING) return undefined;
      const { path } = await resolve(bundler, asked);
      return { path, namespace: 'later' };
    });
    bundler.onLoad({ filter: /^/, namespace: 'later' }, async ({ path }) => {
      const code = await bundleText({ ...SLIM, entryPoints: [path] });
      const contents = `require('node:vm').compileFunction(
        ${JSON.stringify(code)},
        ['exports', 'require', 'module', '__filename', '__dirname'],
        { filename: __filename + '#' + ${JSON.stringify(basename(path))} },
      )(exports, require, module, __filename, __dirname);`;
      return { contents };
    });
  },
};

/** The list of tools, from the same sources: to make it takes every schema that a call needs. */
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

/** To import a file of the workspace does nothing by itself: where no export of it is used, it is left out. */
const withoutUnusedFiles: Plugin = {
  name: 'unused-files',
  setup(bundler) {
    bundler.onResolve({ filter: /^(\.|@narrow-deputies\/)/ }, async (asked) => {
      if (asked.kind === 'entry-point' || asked.pluginData === RESOLVING) return undefined;
      const found = await resolve(bundler, asked);
      return found.path.endsWith('.ts') ? { ...found, sideEffects: false } : found;
    });
  },
};

/** The MCP SDK puts all schemas of the protocol into a registry, for programs that check messages by themselves. Without it
 * only those are made that the SDK uses. */
const withoutRegistry: Plugin = {
  name: 'registry',
  setup(bundler) {
    edit(bundler, /server[\\/]dist[\\/]src-[\w-]+\.mjs$/, /^for \(const .*\) register\(key, .*\);$/gm, '');
    // A declaration ends before the first line that is neither indented nor a closing bracket.
    const declaration = /^const (\w+Schema) = (.*(?:\n[\t\])}].*)*);$/gm;
    const unlessUsed = 'const $1 = /* @__PURE__ */ (() => $2)();';
    edit(bundler, /core[\\/]dist[\\/](schemas|auth)-[\w-]+\.mjs$/, declaration, unlessUsed);
  },
};

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

/** How the bundle and each part of it are made. */
const SLIM = {
  minify: true,
  plugins: [
    withLaterParts,
    withToolList,
    withoutUnusedFiles,
    withoutRegistry,
    withoutFormValidator,
    withoutUnusedClients,
    withoutSecondParser,
  ],
} satisfies BuildOptions;

async function bundleText(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...NODE_BUNDLE, ...options, write: false });
  return outputFiles[0]?.text ?? '';
}

const RESOLVING = Symbol('resolving');

/** Asks as if the plugin that asks were not there. */
function resolve(
  bundler: PluginBuild,
  { path, importer, kind, namespace, resolveDir }: OnResolveArgs,
): Promise<ResolveResult> {
  return bundler.resolve(path, { importer, kind, namespace, resolveDir, pluginData: RESOLVING });
}

/** Changes a file of a package. @throws Error where nothing fits: another version wants another look. */
function edit(bundler: PluginBuild, filter: RegExp, pattern: RegExp, replacement: string): void {
  bundler.onLoad({ filter }, ({ path }) => {
    const text = readFileSync(path, 'utf8');
    const contents = text.replace(pattern, replacement);
    if (contents === text) throw new Error(`${path} is not as this build knows it.`);
    return { contents };
  });
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
