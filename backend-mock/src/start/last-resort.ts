import { readFileSync, rmSync } from 'node:fs';
import type { Logger } from '../common/logger.ts';

/** What a process does about a fault that no code of its own has caught. */
export interface LastResort {
  readonly logger: Logger;
  /** Told once, at a fault after which the process has to end: it may finish what runs. */
  readonly onFault: () => void;
}

/**
 * A promise whose failure nobody handled is written down, and the process goes on: whatever it was about was undone by its
 * own transaction, and a backend that ends takes the stop button with it. An exception that nobody caught may have left
 * anything half done: it is written down, and the process ends in an orderly way.
 *
 * @returns takes both away again.
 */
export function guardProcess({ logger, onFault }: LastResort): () => void {
  const rejected = (error: unknown): void =>
    logger.error({ err: error }, 'a failure was handled by nobody; it is a fault of this program, which goes on');
  let faults = 0;
  const thrown = (error: unknown): void => {
    // The process must not be kept by what fails again and again.
    if (faults++ > 0) return process.exit(1);
    process.exitCode = 1;
    logger.error({ err: error }, 'an exception was caught by nobody; it is a fault of this program, which ends');
    onFault();
  };
  process.on('unhandledRejection', rejected);
  process.on('uncaughtException', thrown);
  return () => {
    process.off('unhandledRejection', rejected);
    process.off('uncaughtException', thrown);
  };
}

/** However the process ends (but by force): nobody is told of a backend that is gone, nor finds its tokens. */
export function removeReadyAtExit(file: string): void {
  process.on('exit', () => {
    try {
      const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid?: unknown };
      if (pid === process.pid) rmSync(file, { force: true });
    } catch {
      // There is none, or it is another process's.
    }
  });
}
