import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportProgress, Step } from '../data/progress.ts';
import { note } from './output.ts';
import { bar } from './progress.ts';

/** A line when it begins, and one when it is done. */
function lines(what: string, done: string): Step {
  note(`${what} …`);
  return {
    at: () => undefined,
    end: (count) => {
      if (count !== undefined) note(`${done}: ${count} rows.`);
    },
  };
}

/** Tells the person at the terminal how far an import has come; plain lines where nobody sees a bar move. */
export function importProgress(isBar: boolean): ImportProgress {
  return {
    async beginFile(file) {
      const total = await stat(file).then(
        ({ size }) => size,
        () => 0,
      );
      return isBar ? bar(`Reading ${basename(file)}`, total) : lines(`Reading ${file}`, `Read ${file}`);
    },
    beginWrite: (rows) => (isBar ? bar('Writing', rows) : lines('Writing', 'Written')),
  };
}
