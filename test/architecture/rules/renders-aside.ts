import type { Rule } from '../rule.ts';

const SRC = 'backend-mock/src/';
/** What is too dear for the thread that serves, and the one file that may load it; the last of them is a thread's own start. */
const LOADED_BY: readonly (readonly [loaded: RegExp, by: string | undefined])[] = [
  [/^(?:markdown-it|sanitize-html)(?:\/|$)/, 'blog/render-markdown.ts'],
  [/\/render-markdown\.ts$/, 'blog/read-draft.ts'],
  [/\/read-draft\.ts$/, 'aside/thread.ts'],
  [/\/aside\/thread\.ts$/, undefined],
];

export const rendersAside: Rule = {
  requirement: 'the thread that serves loads nothing that renders: only the thread beside it does',
  applies: ({ path }) => path.startsWith(SRC),
  inspect: ({ path, facts }) =>
    facts.imports.map(({ specifier, typeOnly }) => {
      const [, by] = LOADED_BY.find(([loaded]) => loaded.test(specifier ?? '')) ?? [undefined, path.slice(SRC.length)];
      return typeOnly || path === `${SRC}${by}` ? undefined : `loads ${specifier}`;
    }),
  brokenTwins: {
    'a page that renders': {
      [`${SRC}console/page.ts`]: "import { renderMarkdown } from '../blog/render-markdown.ts';",
    },
    'a capability that reads drafts': { [`${SRC}blog/publish.ts`]: "import { readDraft } from './read-draft.ts';" },
    'a parser of its own': { [`${SRC}blog/other.ts`]: "import MarkdownIt from 'markdown-it';" },
    'the thread itself': { [`${SRC}start/start.ts`]: "export const help = import('../aside/thread.ts');" },
  },
};
