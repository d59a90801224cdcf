import { readFileSync } from 'node:fs';
import type { OnResolveArgs, Plugin, PluginBuild, ResolveResult } from 'esbuild';

// A host waits for the list of tools. Until then the engine parses all code that is in the file, whether it runs or not, and
// makes every schema that it meets. These leave out what a server cannot reach; the tests of each server run its bundle.

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

/** The MCP SDK brings a JSON Schema validator for forms that a person fills in; a server here has none. */
const withoutFormValidator = replace(
  'form-validator',
  /^@modelcontextprotocol\/server\/_shims$/,
  /./,
  `export { default as process } from 'node:process';
   export class DefaultJsonSchemaValidator {}`,
);

const UNUSED = 'module.exports = new Proxy({}, { get: () => class {} });';

/** undici's entry loads every client that it has; servers here use its agent and `request`. */
const withoutUnusedClients = replace(
  'unused-clients',
  /^\.\/lib\/(web|mock|cache|interceptor|handler|dispatcher\/(balanced|round-robin|dispatcher1|proxy|socks5|env|retry|h2c))/,
  /undici[\\/]index\.js$/,
  UNUSED,
);

/** undici's second HTTP parser, which an environment variable would turn on. */
const withoutSecondParser = replace('second-parser', /\/milo\//, /undici[\\/]lib[\\/]/, UNUSED);

/** What every bundle, and every later part of one, leaves out. */
export const SLIMMING: readonly Plugin[] = [
  withoutUnusedFiles,
  withoutRegistry,
  withoutFormValidator,
  withoutUnusedClients,
  withoutSecondParser,
];

export const RESOLVING = Symbol('resolving');

/** Asks as if the plugin that asks were not there. */
export function resolve(
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
      bundler.onLoad({ filter: /^/, namespace: name }, () => ({ contents, resolveDir: process.cwd() }));
    },
  };
}
