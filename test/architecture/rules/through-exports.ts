import { everywhere, workspaceImports, type Rule } from '../rule.ts';

export const throughExports: Rule = {
  requirement: 'a package is entered through its exports, written out one by one',
  applies: everywhere,
  inspect: (source, workspace) =>
    workspaceImports(source, workspace).map(({ specifier, subpath, target }) =>
      Object.hasOwn(target.manifest.exports ?? {}, subpath)
        ? undefined
        : `${specifier} is no export of ${target.folder}`,
    ),
  brokenTwins: {
    'a deep import': {
      'servers/alpha/src/extra.ts': "import { code } from '@fixture/contracts/src/codes.ts';",
    },
    'a subpath that a pattern would have to match': {
      'shared/contracts/package.json':
        '{ "name": "@fixture/contracts", "exports": { ".": "./a.ts", "./blog": "./b.ts", "./*": "./*" } }',
      'servers/alpha/src/extra.ts': "import type { Code } from '@fixture/contracts/codes';",
    },
  },
};
