import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Something that several processes do to one store at the same time. */
export type Task =
  | { readonly name: 'migrate' }
  | { readonly name: 'nonces'; readonly count: number }
  | { readonly name: 'commit'; readonly plans: readonly string[]; readonly now: number };

const PROGRAM = join(import.meta.dirname, 'store-process.ts');

/**
 * Lets two processes do the same task at the same store, from the same moment on.
 *
 * @returns how often each of them won.
 * @throws Error when one of them failed.
 */
export async function inTwoProcesses(location: string, task: Task): Promise<number[]> {
  const children = [launch(), launch()];
  try {
    await Promise.all(children.map((child) => once(child, 'message')));
    return await Promise.all(
      children.map(async (child) => {
        const answer = once(child, 'message');
        child.send({ location, task });
        const [{ won, failed }] = (await answer) as [{ won?: number; failed?: string }];
        if (won === undefined) throw new Error(`A process failed: ${failed}`);
        return won;
      }),
    );
  } finally {
    for (const child of children) child.kill();
  }
}

const launch = (): ChildProcess =>
  fork(PROGRAM, [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
