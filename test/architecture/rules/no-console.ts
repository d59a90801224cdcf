import { inServers, type Rule } from '../rule.ts';

/** Standard output of a server belongs to the protocol. */
export const noConsole: Rule = {
  requirement: 'a server uses no console',
  applies: inServers,
  inspect: ({ facts }) => [undefined, ...Array.from({ length: facts.consoleUses }, () => 'uses the console')],
  brokenTwins: {
    'console.log': { 'servers/alpha/src/extra.ts': "console.log('here');" },
    'console.error': { 'servers/alpha/src/tools/extra.ts': 'export const warn = console.error;' },
    'taken apart': { 'servers/alpha/src/extra.ts': 'const { log } = console; log(1);' },
    'by import': { 'servers/alpha/src/extra.ts': "import { log } from 'node:console';" },
  },
};
