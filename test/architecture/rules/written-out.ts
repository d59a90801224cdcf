import { isBuiltin } from 'node:module';
import { everywhere, isBare, type Rule } from '../rule.ts';
import type { Import } from '../source-facts.ts';

function faultOf({ specifier, how }: Import): string | undefined {
  if (specifier === undefined) return 'an import whose target is computed';
  if (how === 'require') return `require of "${specifier}"`;
  if (specifier === 'node:module') return '"node:module" can load what no import names';
  const isKnown = specifier.startsWith('node:') ? isBuiltin(specifier) : specifier.startsWith('.') || isBare(specifier);
  return isKnown ? undefined : `"${specifier}" is neither a package nor a file of its own`;
}

/** What the other rules cannot see they could not judge. */
export const writtenOut: Rule = {
  requirement: 'every import is written out as the name of a package, of a file beside it or of a part of Node',
  applies: everywhere,
  inspect: ({ facts }) => facts.imports.map(faultOf),
  brokenTwins: {
    'a computed target': { 'servers/alpha/src/extra.ts': 'export const load = (name: string) => import(name);' },
    'a require': { 'servers/alpha/src/extra.ts': "const undici = require('undici');" },
    'a require in an import': { 'servers/alpha/src/extra.ts': "import undici = require('undici');" },
    'a require that is made': { 'servers/alpha/src/extra.ts': "import { createRequire } from 'node:module';" },
    'an absolute path': { 'servers/alpha/src/extra.ts': "import { x } from '/opt/other/index.ts';" },
    'a URL': { 'servers/alpha/src/extra.ts': "import { x } from 'data:text/javascript,0';" },
    'an import map': { 'servers/alpha/src/extra.ts': "import { x } from '#secret';" },
  },
};
