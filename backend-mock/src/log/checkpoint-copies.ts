import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../common/error-code.ts';

const NEWEST = 'checkpoint';
/** Keeps one note for each day besides the newest: what was signed on a day can be held against the log for ever. */
const dayOf = (time: number): string => `${new Date(time).toISOString().slice(0, 10)}.${NEWEST}`;

/** Which log a note is of, and how many entries it counts. */
const headOf = (note: string): { origin: string; size: number } => {
  const [origin = '', size = ''] = note.split('\n');
  return { origin, size: Number(size) };
};

/** Copies of signed checkpoints outside the database, in a folder that may lie on another machine. */
export class CheckpointCopies {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** @returns the newest note that was copied; undefined where there is none. */
  async newest(): Promise<string | undefined> {
    try {
      return await readFile(join(this.folder, NEWEST), 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** @param time milliseconds. */
  async write(note: string, time: number): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await this.#replace(dayOf(time), note);
    await this.#replace(NEWEST, note);
  }

  /** Puts what was copied until now into a folder within, as evidence: a new history begins. */
  async setAside(): Promise<void> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    });
    const notes = names.filter((name) => name.endsWith(NEWEST) && !name.startsWith('.'));
    if (notes.length === 0) return;
    const aside = join(this.folder, `until-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
    await mkdir(aside, { mode: 0o700 });
    for (const name of notes) await rename(join(this.folder, name), join(aside, name));
  }

  async #replace(name: string, note: string): Promise<void> {
    if (await this.#hasLarger(name, note)) return;
    const temporary = join(this.folder, `.${name}.${randomUUID()}`);
    const file = await open(temporary, 'w', 0o644);
    try {
      await file.writeFile(note);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(this.folder, name));
  }

  /** Replicas that share a folder do not come in the order of their heads. */
  async #hasLarger(name: string, note: string): Promise<boolean> {
    const before = await readFile(join(this.folder, name), 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (before === undefined) return false;
    const [one, other] = [headOf(before), headOf(note)];
    return one.origin === other.origin && one.size > other.size;
  }
}
