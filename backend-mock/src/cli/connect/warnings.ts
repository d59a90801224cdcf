import { realpath } from 'node:fs/promises';
import { dirname, join, basename, sep } from 'node:path';
import type { ServerEntry } from '../../start/ready-file.ts';
import type { ConfigFile } from './config-file.ts';

const OTHERS = 0o077;
const READ_FLAG = '--allow-fs-read=';

/** Folders that the launch flags of a server let it read, by their real paths. */
const readableBy = ({ args }: ServerEntry): Promise<string[]> =>
  Promise.all(
    args
      .filter((arg) => arg.startsWith(READ_FLAG))
      .map((arg) => arg.slice(READ_FLAG.length).replace(/[/\\]?\*$/, ''))
      .map((folder) => realpath(folder).catch(() => folder)),
  );

/** A new file has no real path yet; its folder may have one. */
const placeOf = async ({ path }: ConfigFile): Promise<string> =>
  join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path));

/** What is unwise about where a configuration lies and who may read it: it holds the servers' tokens. */
export async function warningsAbout(
  file: ConfigFile,
  servers: Readonly<Record<string, ServerEntry>>,
  platform: NodeJS.Platform,
): Promise<string[]> {
  const warnings: string[] = [];
  if (platform !== 'win32' && (file.mode & OTHERS) !== 0) {
    const mode = (file.mode & 0o777).toString(8).padStart(4, '0');
    warnings.push(
      `Others on this machine may read ${file.path} (${mode}), and with it the tokens: run "chmod 600" on it.`,
    );
  }
  const place = await placeOf(file);
  for (const [name, entry] of Object.entries(servers)) {
    const folders = await readableBy(entry);
    const within = folders.find((folder) => place.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`));
    if (within !== undefined) {
      warnings.push(`${file.path} lies in ${within}, which ${name} may read, and with it every server's token.`);
    }
  }
  return warnings;
}
