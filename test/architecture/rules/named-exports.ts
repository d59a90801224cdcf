import { everywhere, type Rule } from '../rule.ts';

export const noDefaultExport: Rule = {
  requirement: 'nothing is exported as default',
  applies: everywhere,
  inspect: ({ facts }) =>
    facts.exports.map((form) => (form === 'default' ? 'exports something without a name' : undefined)),
  brokenTwins: {
    'a function': { 'servers/alpha/src/extra.ts': 'export default function start(): void {}' },
    'a value': { 'shared/contracts/src/extra.ts': 'export default 1;' },
    'under another name': { 'backend-mock/src/extra.ts': 'const a = 1; export { a as default };' },
    'from another file': { 'servers/alpha/src/extra.ts': "export { default } from './config.ts';" },
    'by assignment': { 'shared/signing/src/extra.ts': 'const a = 1; export = a;' },
  },
};

export const noExportAll: Rule = {
  requirement: 'what a file passes on is named one by one',
  applies: everywhere,
  inspect: ({ facts }) => facts.exports.map((form) => (form === 'all' ? 'exports all of another file' : undefined)),
  brokenTwins: {
    'export *': { 'servers/alpha/src/extra.ts': "export * from './config.ts';" },
    'export * as': { 'servers/alpha/src/extra.ts': "export * as config from './config.ts';" },
    'export type *': { 'shared/contracts/src/extra.ts': "export type * from './blog.ts';" },
  },
};
