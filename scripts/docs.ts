import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildStale, ROOT } from './build.ts';
import { errorCodesPage } from './docs-error-codes.ts';
import { collectTools } from './docs-facts.ts';
import { toolsPage } from './docs-tools.ts';

const HELP = `npm run docs               write docs/reference from the contracts
npm run docs -- --check    end with status 1 if a file there is out of date
npm run docs -- --out DIR  write to, or check, another folder
`;

/** The generated pages by their names. */
async function generate(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['error-codes.md', errorCodesPage()],
    ['tools.md', toolsPage(await collectTools())],
  ]);
}

const textOf = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);

async function outOfDate(pages: ReadonlyMap<string, string>, folder: string): Promise<string[]> {
  const stale: string[] = [];
  for (const [name, text] of pages) if ((await textOf(join(folder, name))) !== text) stale.push(name);
  return stale;
}

/** `npm run docs`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      check: { type: 'boolean', default: false },
      out: { type: 'string', default: join(ROOT, 'docs', 'reference') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  await buildStale();
  const pages = await generate();
  const stale = await outOfDate(pages, values.out);
  if (values.check) {
    for (const name of stale) process.stderr.write(`${join(values.out, name)} is out of date: run "npm run docs".\n`);
    return stale.length === 0 ? 0 : 1;
  }
  for (const name of stale) {
    const file = join(values.out, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, pages.get(name) ?? '');
    process.stdout.write(`${file}\n`);
  }
  if (stale.length === 0) process.stdout.write('Everything is up to date.\n');
  return 0;
}
