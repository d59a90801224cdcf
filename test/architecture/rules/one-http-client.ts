import { everywhere, splitSpecifier, type Rule } from '../rule.ts';

const BACKEND = /^servers\/[^/]+\/src\/backend\.ts$/;

export const oneHttpClient: Rule = {
  requirement: "undici is imported in a server's backend.ts alone",
  applies: everywhere,
  inspect: ({ path, facts }) =>
    facts.imports
      .filter(({ specifier }) => specifier !== undefined && splitSpecifier(specifier).name === 'undici')
      .map(() => (BACKEND.test(path) ? undefined : 'imports undici')),
  brokenTwins: {
    'in a tool': { 'servers/alpha/src/tools/extra.ts': "import { request } from 'undici';" },
    later: { 'servers/alpha/src/extra.ts': "export const load = () => import('undici');" },
    'a part of it': { 'shared/server-kit/src/extra.ts': "import Agent from 'undici/lib/agent.js';" },
    'in the backend': { 'backend-mock/src/backend.ts': "import { fetch } from 'undici';" },
  },
};
