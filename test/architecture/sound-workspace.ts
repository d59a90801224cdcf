import type { Files } from './workspace.ts';

const manifest = (name: string, dependencies: readonly string[], exports: readonly string[] = ['.']): string =>
  JSON.stringify({
    name: `@fixture/${name}`,
    exports: Object.fromEntries(exports.map((path) => [path, './src/index.ts'])),
    dependencies: Object.fromEntries(dependencies.map((each) => [each, '1.0.0'])),
    devDependencies: { nock: '1.0.0' },
  });

/** A small workspace in which every rule finds something and nothing is wrong. Broken twins are laid over it. */
export const SOUND: Files = {
  'shared/contracts/package.json': manifest('contracts', ['zod'], ['.', './blog']),
  'shared/contracts/src/index.ts': "export { code } from './codes.ts';",
  'shared/contracts/src/codes.ts': "import * as z from 'zod'; export const code = z.string();",
  'shared/contracts/src/blog.ts': 'export const slug = 1;',
  'shared/signing/package.json': manifest('signing', ['canonicalize']),
  'shared/signing/src/index.ts':
    "import { sign as by } from 'node:crypto'; import write from 'canonicalize'; export const sign = [by, write];",
  'shared/server-kit/package.json': manifest('server-kit', ['@fixture/contracts']),
  'shared/server-kit/src/index.ts':
    "import type { code } from '@fixture/contracts'; export type Tool = typeof code; process.exitCode = 0;",
  'servers/alpha/package.json': manifest('alpha', [
    '@fixture/contracts',
    '@fixture/server-kit',
    '@fixture/signing',
    'undici',
  ]),
  'servers/alpha/src/config.ts': "export const url = process.env['DEPUTY_BACKEND_URL'];",
  'servers/alpha/src/backend.ts':
    "import { sign } from '@fixture/signing'; import { url } from './config.ts'; export const post = () => [sign, url, import('undici')];",
  'servers/alpha/src/tools/index.ts':
    "import { slug } from '@fixture/contracts/blog'; import type { Tool } from '@fixture/server-kit'; import { post } from '../backend.ts'; export const tools = [slug, post] satisfies (Tool | unknown)[]; // console.log",
  'servers/beta/package.json': manifest('beta', []),
  'servers/beta/src/index.ts': 'export const tools = [];',
  'backend-mock/package.json': manifest('backend', ['@fixture/contracts', '@fixture/signing', 'kysely']),
  'backend-mock/src/verifier/verify.ts': "import { verify } from 'node:crypto'; export const check = verify;",
  'backend-mock/src/database/migrations/0001-initial.ts':
    "import { sql } from 'kysely'; import type { Migration } from 'kysely/migration'; export const initial = [sql] as Migration[];",
  'backend-mock/src/index.ts': "export { code } from '@fixture/contracts'; export { sign } from '@fixture/signing';",
};
