import type { Rule } from '../rule.ts';

/** All of these compute and do nothing else; `node:zlib` has the CRC-32 of a token. */
const ALLOWED = new Set(['node:crypto', 'node:zlib', 'canonicalize']);

export const signingIsPure: Rule = {
  requirement: 'shared/signing computes: it uses node:crypto, node:zlib and canonicalize, and nothing else',
  applies: ({ package: { folder } }) => folder === 'shared/signing',
  inspect: ({ facts }) =>
    facts.imports
      .filter(({ specifier }) => specifier?.startsWith('.') !== true)
      .map(({ specifier }) =>
        specifier !== undefined && ALLOWED.has(specifier) ? undefined : `uses ${specifier ?? 'something computed'}`,
      ),
  brokenTwins: {
    'reads files': { 'shared/signing/src/extra.ts': "import { readFileSync } from 'node:fs';" },
    'another package': { 'shared/signing/src/extra.ts': "import { jwtVerify } from 'jose';" },
    'a computed one': { 'shared/signing/src/extra.ts': 'export const load = (name: string) => import(name);' },
  },
};
