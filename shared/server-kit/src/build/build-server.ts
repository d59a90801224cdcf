import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { resolve, RESOLVING, SLIMMING } from './slimming.ts';

/** What most processes never load lies beside the program, each in one file that is read when it is asked for. */
const BESIDE: Readonly<Record<string, RegExp>> = {
  'telemetry.cjs': /[\\/]telemetry[\\/]exporting\.ts$/,
};

const besideOf = (path: string): string | undefined =>
  Object.keys(BESIDE).find((file) => BESIDE[file]?.test(path) === true);

const NODE_BUNDLE = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  conditions: ['@narrow-deputies/source'] as string[],
  logLevel: 'warning',
  metafile: true,
} as const satisfies BuildOptions;

/**
 * Bundles a server into one CommonJS file, which starts faster than modules do and runs without `node_modules`. The
 * package.json beside it undoes `"type": "module"` of the server's folder; alone, the file needs none. Without what else
 * lies beside it (`BESIDE`) it does all but export telemetry.
 *
 * @param server - the server's folder, with `src/main.ts` and `src/tool-list.ts`.
 * @param folder - where `main.js` is written.
 * @returns the folders of the packages whose code is in the file; their licences go where it goes.
 */
export async function buildServer(server: string, folder: string = join(server, 'dist')): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'main.js');
  const bundler = new Bundler(server, folder);
  await bundler.bundle({ ...bundler.slim, entryPoints: ['src/main.ts'], outfile, legalComments: 'linked' });
  chmodSync(outfile, 0o755);
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  return bundler.packages();
}

class Bundler {
  readonly #server: string;
  readonly #folder: string;
  readonly #sources = new Set<string>();

  constructor(server: string, folder: string) {
    this.#server = server;
    this.#folder = folder;
  }

  /** How the bundle and each part of it are made. */
  get slim(): BuildOptions {
    return { minify: true, plugins: [this.#laterParts(), this.#toolList(), ...SLIMMING] };
  }

  async bundle(options: BuildOptions): Promise<string> {
    const result = await build({ ...NODE_BUNDLE, absWorkingDir: this.#server, ...options });
    for (const source of Object.keys(result.metafile?.inputs ?? {})) this.#sources.add(join(this.#server, source));
    return result.outputFiles?.[0]?.text ?? '';
  }

  packages(): string[] {
    const folders = [...this.#sources].map(packageFolder).filter((folder) => folder !== undefined);
    return [...new Set(folders)].toSorted();
  }

  /**
   * What is imported dynamically stands in the bundle as text: a string is passed over quickly, and compiled on first
   * use. What is rarely used at all lies beside it. Either has its own copy of all that it imports, so nothing is known by
   * its class across the border.
   */
  #laterParts(): Plugin {
    return {
      name: 'later-parts',
      setup: (bundler) => {
        bundler.onResolve({ filter: /^/ }, async (asked) => {
          if (asked.kind !== 'dynamic-import' || asked.pluginData === RESOLVING) return undefined;
          const { path, external } = await resolve(bundler, asked);
          // A part of Node.
          if (external) return undefined;
          return { path, namespace: besideOf(path) === undefined ? 'later' : 'beside' };
        });
        bundler.onResolve({ filter: /^/, namespace: 'beside' }, ({ path }) => ({ path, external: true }));
        bundler.onLoad({ filter: /^/, namespace: 'beside' }, async ({ path }) => {
          const file = besideOf(path) ?? '';
          await this.bundle({ ...this.slim, entryPoints: [path], outfile: join(this.#folder, file) });
          return { contents: `module.exports = require('./${file}');` };
        });
        bundler.onLoad({ filter: /^/, namespace: 'later' }, async ({ path }) => {
          const code = await this.bundle({ ...this.slim, entryPoints: [path], write: false });
          const contents = `require('node:vm').compileFunction(
            ${JSON.stringify(code)},
            ['exports', 'require', 'module', '__filename', '__dirname'],
            { filename: __filename + '#' + ${JSON.stringify(basename(path))} },
          )(exports, require, module, __filename, __dirname);`;
          return { contents };
        });
      },
    };
  }

  /** The list of tools, from the same sources: to make it takes every schema that a call needs. */
  #toolList(): Plugin {
    return {
      name: 'tool-list',
      setup: (bundler) => {
        bundler.onLoad({ filter: /[\\/]src[\\/]tool-list\.ts$/ }, async () => {
          const contents = `import { TOOL_LIST } from './src/tool-list.ts';
            process.stdout.write(JSON.stringify(TOOL_LIST));`;
          const program = { contents, resolveDir: this.#server, loader: 'ts' } as const;
          const { outputFiles } = await build({ ...NODE_BUNDLE, stdin: program, write: false });
          const json = execFileSync(process.execPath, ['-'], { input: outputFiles[0]?.text ?? '', encoding: 'utf8' });
          return { contents: `export const TOOL_LIST = ${json};` };
        });
      },
    };
  }
}

/** The nearest folder above a source that is a named package. */
function packageFolder(source: string): string | undefined {
  for (let folder = dirname(source); dirname(folder) !== folder; folder = dirname(folder)) {
    const inModules = /[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/@]+$/.test(folder);
    if (inModules && existsSync(join(folder, 'package.json'))) return folder;
  }
  return undefined;
}
