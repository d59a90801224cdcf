import { everywhere, workspaceImports, type Rule } from '../rule.ts';
import type { Package } from '../workspace.ts';

/** Which packages of the workspace each package of `shared/` may import; one that is not named here may exist nowhere. */
const SHARED_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'shared/contracts': [],
  'shared/signing': [],
  'shared/server-kit': ['shared/contracts', 'shared/observability'],
  'shared/observability': [],
  'shared/policy': ['shared/contracts'],
  'shared/transparency-log': [],
};
const BACKEND_MAY_IMPORT = [
  'shared/contracts',
  'shared/signing',
  'shared/policy',
  'shared/observability',
  'shared/transparency-log',
];

function mayImport(from: Package, to: Package): boolean {
  if (from.kind === 'server') return to.kind === 'shared' && to.folder in SHARED_MAY_IMPORT;
  const allowed = from.kind === 'backend' ? BACKEND_MAY_IMPORT : (SHARED_MAY_IMPORT[from.folder] ?? []);
  return allowed.includes(to.folder);
}

/** The table of ARCHITECTURE: servers and backend meet over HTTP alone. */
export const whoMayImportWhom: Rule = {
  requirement: 'each package imports only the packages of the workspace that the layout gives it',
  applies: everywhere,
  inspect: (source, workspace) =>
    workspaceImports(source, workspace).map(({ target }) =>
      mayImport(source.package, target) ? undefined : `${source.package.folder} may not import ${target.folder}`,
    ),
  brokenTwins: {
    'a server imports another server': {
      'servers/alpha/src/extra.ts': "import { tools } from '@fixture/beta';",
    },
    'a server imports the backend': {
      'servers/alpha/src/extra.ts': "const backend = await import('@fixture/backend');",
    },
    'the backend imports a server': {
      'backend-mock/src/extra.ts': "export { tools } from '@fixture/alpha';",
    },
    "the backend imports the servers' kit": {
      'backend-mock/src/extra.ts': "import type { Tool } from '@fixture/server-kit';",
    },
    'contracts import signing': {
      'shared/contracts/src/extra.ts': "export type Key = import('@fixture/signing').Key;",
    },
    'the kit imports signing': {
      'shared/server-kit/src/extra.ts': "import { sign } from '@fixture/signing';",
    },
    'signing imports contracts': {
      'shared/signing/src/extra.ts': "import { code } from '@fixture/contracts';",
    },
    'a shared package that the layout does not know': {
      'shared/secrets/package.json': '{ "name": "@fixture/secrets", "exports": { ".": "./src/index.ts" } }',
      'servers/alpha/src/extra.ts': "import { secret } from '@fixture/secrets';",
    },
  },
};
