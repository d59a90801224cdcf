import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildStale, ROOT } from './build.ts';
import { errorCodesPage } from './docs-error-codes.ts';
import { collectTools } from './docs-facts.ts';
import { notAuditedPage } from './docs-not-audited.ts';
import { policySchemas } from './docs-schemas.ts';
import { toolsPage } from './docs-tools.ts';

const HELP = `npm run docs               write docs/reference from the contracts, and the schemas of policies
npm run docs -- --check    end with status 1 if a file there is out of date
npm run docs -- --out DIR  write to, or check, another folder in place of docs/reference; leave the schemas alone
`;

const SCHEMAS = join(ROOT, 'backend-mock', 'policies', 'schema');

/** The generated files by their paths. */
async function generate(out: string | undefined): Promise<ReadonlyMap<string, string>> {
  const pages = [
    ['error-codes.md', errorCodesPage()],
    ['not-audited.md', await notAuditedPage()],
    ['tools.md', toolsPage(await collectTools())],
  ] as const;
  const schemas = out === undefined ? [...(await policySchemas())] : [];
  const folder = out ?? join(ROOT, 'docs', 'reference');
  return new Map([
    ...pages.map(([name, text]) => [join(folder, name), text] as const),
    ...schemas.map(([name, text]) => [join(SCHEMAS, name), text] as const),
  ]);
}

const textOf = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);

async function outOfDate(files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale: string[] = [];
  for (const [file, text] of files) if ((await textOf(file)) !== text) stale.push(file);
  return stale;
}

/** `npm run docs`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      check: { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  await buildStale();
  const files = await generate(values.out);
  const stale = await outOfDate(files);
  if (values.check) {
    for (const file of stale) process.stderr.write(`${file} is out of date: run "npm run docs".\n`);
    return stale.length === 0 ? 0 : 1;
  }
  for (const file of stale) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, files.get(file) ?? '');
    process.stdout.write(`${file}\n`);
  }
  if (stale.length === 0) process.stdout.write('Everything is up to date.\n');
  return 0;
}
