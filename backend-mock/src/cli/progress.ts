import { makeVisible } from '@narrow-deputies/contracts/text';
import { Presets, SingleBar } from 'cli-progress';
import type { Step } from '../data/progress.ts';
import { note } from './output.ts';

/** A bar that moves, on standard error. */
export function bar(what: string, total: number): Step {
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

/** How far something long has come: a bar at a terminal, one line elsewhere. */
export function progress(what: string, total: number): Step {
  if (process.stderr.isTTY) return bar(what, total);
  note(`${what}: ${total} entries …`);
  return { at: () => undefined, end: () => undefined };
}
