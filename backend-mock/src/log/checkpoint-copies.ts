import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../common/error-code.ts';

const NEWEST = 'checkpoint';
/** Keeps one note for each day besides the newest: what was signed on a day can be held against the log for ever. */
const dayOf = (time: number): string => `${new Date(time).toISOString().slice(0, 10)}.${NEWEST}`;

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

  async #replace(name: string, note: string): Promise<void> {
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
}
