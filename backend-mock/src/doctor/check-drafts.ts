import { realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { COUNT_MAX, countDrafts } from './count-drafts.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const READ_FLAG = '--allow-fs-read=';

/** Whether one of the launch flags lets Node's permission model read a folder. */
async function mayRead(args: readonly string[], folder: string): Promise<boolean> {
  for (const flag of args.filter((arg) => arg.startsWith(READ_FLAG))) {
    const named = flag.slice(READ_FLAG.length).replace(/[/\\]?\*$/, '');
    const real = await realpath(named).catch(() => named);
    if (folder === real || folder.startsWith(real.endsWith(sep) ? real : `${real}${sep}`)) return true;
  }
  return false;
}

/** @param args the launch flags; undefined where a person configured the host by hand and nothing is known of them. */
export async function checkDrafts(
  server: string,
  value: string | undefined,
  args: readonly string[] | undefined,
): Promise<Finding> {
  const name = `${server}: drafts`;
  const restart = 'Run "npm start -- --drafts <folder>", then "npm run deputies -- connect claude-desktop".';
  if (value === undefined || value === '') return fail(name, 'BLOG_DRAFTS_DIR is not set', restart);
  const folder = await realpath(value).catch(() => undefined);
  if (folder === undefined) return fail(name, `${value} does not exist or cannot be reached`, restart);
  if (!(await stat(folder)).isDirectory()) return fail(name, `${value} is not a folder`, restart);
  let count: number;
  try {
    count = await countDrafts(folder);
  } catch {
    return fail(name, `${value} cannot be read by this user`, 'Give the user who runs the host the right to read it.');
  }
  if (args && !args.includes('--permission')) {
    const found = `${value} can be read, but the server is started without Node's permission model`;
    return warn(
      name,
      found,
      'Run "npm run deputies -- connect claude-desktop": the flags in args belong to the folder.',
    );
  }
  if (args && !(await mayRead(args, folder))) {
    return fail(name, `the launch flags do not let the server read ${folder}`, restart);
  }
  if (count === 0) return warn(name, `${folder} has no drafts`, 'Put Markdown files that end in .md into it.');
  return ok(name, `${folder} has ${count >= COUNT_MAX ? `${COUNT_MAX} drafts or more` : `${count} drafts`}`);
}
