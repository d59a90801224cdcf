import type { Files } from './workspace.ts';

/** A file that every server repeats: what of it is a server's own. All the rest is the same in each. */
type Own = readonly RegExp[];

/** An import of several names, whole. */
const importsFrom = (...modules: readonly string[]): RegExp =>
  new RegExp(`^import (?:type )?\\{[^}]*\\} from '(?:${modules.join('|')})';\\n`, 'gm');

const NOTHING: Own = [];

/**
 * By its path in a server's folder. A fix in one of these belongs into every server: they hold the token, the client and
 * the way in, which no package shares (ARCHITECTURE: "Shared or repeated?").
 */
export const REPEATED: Readonly<Record<string, Own>> = {
  'build.ts': NOTHING,
  'tsconfig.json': NOTHING,
  'src/answers.ts': NOTHING,
  'src/backend.ts': [
    importsFrom('@narrow-deputies/contracts/\\w+'),
    /^type Arguments<.*\n/gm,
    // The interface's methods but the last, which all have.
    /(?<=^export interface Backend \{\n)(?:.*\n)*?(?= {2}\/\*\* Tells the backend)/gm,
    /^ {4}\w+: operation\('\w+', '\w+', \w+\),\n/gm,
  ],
  'src/config.ts': [
    importsFrom('node:fs'),
    /^ {2}\/\*\* Absolute, without symbolic links\. \*\/\n {2}readonly draftsRoot: string;\n/gm,
    /^ {2}const draftsRoot = .*\n/gm,
    / \|\| draftsRoot === undefined/g,
    /, draftsRoot(?= \})/g,
    /\nfunction readDraftsRoot[\s\S]*?^\}\n/gm,
  ],
  'src/credential.ts': NOTHING,
  'src/error-code.ts': NOTHING,
  'src/host.ts': NOTHING,
  'src/log.ts': NOTHING,
  'src/log-redaction.ts': NOTHING,
  'src/main.ts': [/^ {2}'.*';\n/gm],
  'src/refusal-reports.ts': NOTHING,
  'src/service.ts': [/\{ draftsRoot, \.\.\.connection \}|\bconfig\b(?!\.ts)|\bconnection\b/g, /draftsRoot, /g],
  'src/tool-list.ts': [/'', /g],
  'src/usage.ts': [/^ {2}BLOG_DRAFTS_DIR .*\n/gm],
  'src/version.ts': [/(?<=NAME = ')[\w-]+/g],
  'test/commit.suite.ts': NOTHING,
  'test/support.ts': NOTHING,
};

/** What a file has in common with its copies. */
export const commonPart = (path: string, text: string): string =>
  (REPEATED[path] ?? NOTHING).reduce((rest, own) => rest.replace(own, ''), text);

/** Files that are missing in a server, or that differ in more than is their own. @param files - by `servers/<name>/<path>`. */
export function differences(servers: readonly string[], files: Files): string[] {
  const [first = '', ...others] = servers;
  return Object.keys(REPEATED).flatMap((path) => {
    const of = (server: string): string | undefined => {
      const text = files[`servers/${server}/${path}`];
      return text === undefined ? undefined : commonPart(path, text);
    };
    const missing = servers.filter((server) => of(server) === undefined).map((server) => `${server} has no ${path}`);
    const differing = others.filter((server) => of(server) !== undefined && of(server) !== of(first));
    return [...missing, ...differing.map((server) => `${path} of ${server} is not that of ${first}`)];
  });
}
