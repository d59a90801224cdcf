import type { Rule } from '../rule.ts';

const FOLDER = 'backend-mock/src/verifier/';
/** Whoever verifies a log does not run what wrote it: no store, no framework, nothing that reaches out. */
const ALLOWED: ReadonlySet<string> = new Set([
  'node:crypto',
  'node:fs',
  'node:fs/promises',
  'node:path',
  'zod',
  '@narrow-deputies/contracts',
  '@narrow-deputies/contracts/currencies',
  '@narrow-deputies/signing',
  '@narrow-deputies/transparency-log',
]);

export const verifierStandsAlone: Rule = {
  requirement:
    "the verifier of exported logs uses shared packages and Node's files and crypto, and nothing of the backend",
  applies: ({ path }) => path.startsWith(FOLDER),
  inspect: ({ facts }) =>
    facts.imports.map(({ specifier }) => {
      const isOwn = specifier !== undefined && /^\.\/[a-z-]+\.ts$/.test(specifier);
      return isOwn || ALLOWED.has(specifier ?? '') ? undefined : `uses ${specifier ?? 'something computed'}`;
    }),
  brokenTwins: {
    'reads the store': { [`${FOLDER}extra.ts`]: "import { Database } from '../database/database.ts';" },
    'reaches out': { [`${FOLDER}extra.ts`]: "import { request } from 'node:http';" },
    'another package': { [`${FOLDER}extra.ts`]: "import { Kysely } from 'kysely';" },
    'something computed': { [`${FOLDER}extra.ts`]: 'export const load = (name: string) => import(name);' },
  },
};
