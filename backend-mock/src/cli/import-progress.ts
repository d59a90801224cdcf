import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { makeVisible } from '@narrow-deputies/contracts/text';
import { Presets, SingleBar } from 'cli-progress';
import type { ImportProgress, Step } from '../data/progress.ts';
import { note } from './output.ts';

/** A bar that moves, on standard error. */
function bar(what: string, total: number): Step {
  const single = new SingleBar(
    {
      format: `${makeVisible(what).replaceAll(/[{}\s]/gu, ' ')} [{bar}] {percentage}%`,
      stream: process.stderr,
      // A second handler of SIGINT would keep Ctrl+C from ending the process, so nothing may need to be put back.
      gracefulExit: false,
      hideCursor: false,
      linewrap: true,
      stopOnComplete: false,
    },
    Presets.legacy,
  );
  single.start(Math.max(1, total), 0);
  return {
    at: (done) => single.update(done),
    end: (count) => {
      if (count !== undefined) single.update(Math.max(1, total));
      // It would keep the process alive.
      single.stop();
    },
  };
}

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
