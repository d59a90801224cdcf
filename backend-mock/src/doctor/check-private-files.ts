import { stat } from 'node:fs/promises';
import { fail, ok, type Finding } from './finding.ts';

const OTHERS = 0o077;
const NAME = 'private files';

/** Files that hold secrets are for their owner alone (mode 0600). A file that does not exist reveals nothing. */
export async function checkPrivateFiles(files: readonly string[], platform: NodeJS.Platform): Promise<Finding> {
  if (platform === 'win32') return ok(NAME, 'not looked at: Windows keeps them private by other means than modes');
  const open: string[] = [];
  let seen = 0;
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    if (!found) continue;
    seen += 1;
    if ((found.mode & OTHERS) !== 0) open.push(`${file} (${(found.mode & 0o777).toString(8).padStart(4, '0')})`);
  }
  if (open.length === 0) return ok(NAME, `${seen} of them, readable by their owner alone`);
  return fail(
    NAME,
    `others on this machine may read or change ${open.join(', ')}`,
    'Run "chmod 600" on each. If somebody else may have read a token, rotate it: "npm run deputies -- token rotate <server> --save".',
  );
}
