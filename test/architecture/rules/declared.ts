import { everywhere, isBare, splitSpecifier, type Rule } from '../rule.ts';

export const declared: Rule = {
  requirement: 'every imported package is declared by the package that imports it',
  applies: everywhere,
  inspect: ({ package: { manifest }, facts }) =>
    facts.imports.flatMap(({ specifier, typeOnly }) => {
      if (specifier === undefined || !isBare(specifier)) return [];
      const { name } = splitSpecifier(specifier);
      // Types alone are gone when the program runs, so that the tools of its developers may bring them.
      const known = { ...manifest.dependencies, ...(typeOnly ? manifest.devDependencies : {}) };
      return [Object.hasOwn(known, name) ? undefined : `${name} is not among the dependencies of ${manifest.name}`];
    }),
  brokenTwins: {
    'a package that is found by luck': {
      'servers/alpha/src/extra.ts': "import { parse } from 'yaml';",
    },
    'a package of the workspace': {
      'servers/beta/src/extra.ts': "import { code } from '@fixture/contracts';",
    },
    'a tool of the developers': {
      'servers/alpha/src/extra.ts': "import nock from 'nock';",
    },
    'a part of Node without its prefix': {
      'servers/alpha/src/extra.ts': "import { readFileSync } from 'fs';",
    },
  },
};
