import { posix } from 'node:path';
import { everywhere, type Rule } from '../rule.ts';

const isRelative = (specifier: string): boolean => /^\.\.?(\/|$)/.test(specifier);

export const insideItsSource: Rule = {
  requirement: "a relative import stays inside the src of its package and names the file's extension",
  applies: everywhere,
  inspect: ({ path, package: { folder }, facts }) =>
    facts.imports.flatMap(({ specifier }) => {
      if (specifier === undefined || !isRelative(specifier)) return [];
      const target = posix.join(posix.dirname(path), specifier);
      const isInside = target.startsWith(`${folder}/src/`) && target.endsWith('.ts');
      return [isInside ? undefined : `"${specifier}" is no source of ${folder}`];
    }),
  brokenTwins: {
    'into another package': {
      'servers/alpha/src/extra.ts': "import { tools } from '../../beta/src/index.ts';",
    },
    'into a package whose name begins the same': {
      'servers/alpha/src/extra.ts': "import type { Tool } from '../../alpha-two/src/index.ts';",
    },
    'into what was built': {
      'servers/alpha/src/extra.ts': "export { url } from '../dist/config.js';",
    },
    'of a folder': {
      'servers/alpha/src/extra.ts': "import { url } from '.';",
    },
  },
};
