import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from './processes.ts';

/** What Nest and Fastify look for and this backend has not. */
const ABSENT = [
  '@nestjs/microservices',
  '@nestjs/websockets',
  '@nestjs/platform-express',
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  'class-transformer',
  'class-validator',
  'pg-native',
  'pino-pretty',
];

/** What is started a hundred times proves its controls elsewhere: at each boot that would be half of the time. */
const withoutSelfCheck: Plugin = {
  name: 'without-self-check',
  setup(bundler) {
    const contents = 'export class SelfCheck { run() { return Promise.resolve(); } }';
    bundler.onLoad({ filter: /[\\/]self-check[\\/]self-check\.ts$/ }, () => ({ contents }));
  },
};

/**
 * Makes one file of a test program and of the sources that it imports, so that it starts in a fraction of the time: for
 * programs that are started again and again. The thread that a backend starts beside itself comes to lie beside it.
 */
export async function bundleProgram(program: string, outfile: string): Promise<void> {
  await bundle(join(import.meta.dirname, program), outfile);
  await bundle(join(ROOT, 'backend-mock', 'src', 'aside', 'thread.ts'), join(dirname(outfile), 'thread.js'));
}

async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    conditions: ['@narrow-deputies/source'],
    // Its CommonJS form calls a require of its own, which no bundler sees through.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    external: ABSENT.flatMap((name) => [name, `${name}/*`]),
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
    plugins: [withoutSelfCheck],
  });
}
