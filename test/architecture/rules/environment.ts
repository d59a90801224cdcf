import { type Rule } from '../rule.ts';

const CONFIG = /^servers\/[^/]+\/src\/config\.ts$/;

export const environment: Rule = {
  requirement: "the environment is read in a server's config.ts alone, and nowhere in shared packages",
  applies: ({ package: { kind } }) => kind === 'server' || kind === 'shared',
  inspect: ({ path, facts }) =>
    Array.from({ length: facts.environmentReads }, () =>
      CONFIG.test(path) ? undefined : 'reads the environment, or could',
    ),
  brokenTwins: {
    'in a tool': { 'servers/alpha/src/tools/extra.ts': "export const token = process.env['DEPUTY_TOKEN'];" },
    'in a shared package': { 'shared/server-kit/src/extra.ts': 'export const token = process.env.DEPUTY_TOKEN;' },
    'in brackets': { 'shared/signing/src/extra.ts': "export const all = process['env'];" },
    'by the global object': { 'servers/alpha/src/extra.ts': 'export const all = globalThis.process.env;' },
    'by taking it apart': { 'servers/alpha/src/extra.ts': 'export const { env } = process;' },
    'by handing it on': { 'servers/alpha/src/extra.ts': 'export const all = Object.entries(process);' },
    'by import': { 'servers/alpha/src/extra.ts': "import { env } from 'node:process';" },
    'in a config.ts that is not the one': { 'servers/alpha/src/tools/config.ts': 'export const all = process.env;' },
  },
};
