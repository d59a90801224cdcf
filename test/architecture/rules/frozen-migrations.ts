import type { Rule } from '../rule.ts';

const FOLDER = 'backend-mock/src/database/migrations/';
const ALLOWED = new Set(['kysely', 'kysely/migration']);

/** What a store of then becomes must not follow from code of today. */
export const frozenMigrations: Rule = {
  requirement: 'a migration imports kysely, and types of its own folder, and nothing else',
  applies: ({ path }) => path.startsWith(FOLDER),
  inspect: ({ facts }) =>
    facts.imports.map(({ specifier = 'something computed', typeOnly }) =>
      ALLOWED.has(specifier) || (typeOnly && /^\.\/[^/]+$/.test(specifier)) ? undefined : `imports ${specifier}`,
    ),
  brokenTwins: {
    'code of the backend': { [`${FOLDER}0002-extra.ts`]: "import { namesOf } from '../../audit/named.ts'; namesOf();" },
    'a type of the backend': { [`${FOLDER}0002-extra.ts`]: "import type { Tables } from '../schema.ts';" },
    'code of another migration': {
      [`${FOLDER}0002-extra.ts`]: "import { initial } from './0001-initial.ts'; initial();",
    },
    'a package of the workspace': { [`${FOLDER}0002-extra.ts`]: "import type { code } from '@fixture/contracts';" },
    'a part of Node': { [`${FOLDER}0002-extra.ts`]: "import { createHash } from 'node:crypto'; createHash('md5');" },
    'something computed': { [`${FOLDER}0002-extra.ts`]: 'export const load = (name: string) => import(name);' },
  },
};
