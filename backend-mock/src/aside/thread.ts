import { parentPort } from 'node:worker_threads';
import { readDraft } from '../blog/read-draft.ts';
import type { JobName, Jobs, Report, Task } from './jobs.ts';

const JOBS: { readonly [N in JobName]: (input: Jobs[N]['input']) => Jobs[N]['output'] } = {
  draft: readDraft,
};

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
const report = (said: Report): void => parentPort?.postMessage(said);

/** The thread beside the one that serves: does one task after the other, and knows nothing of store, keys or settings. */
parentPort?.on('message', ({ job, input }: Task) => {
  try {
    report({ output: JOBS[job](input) });
  } catch (error) {
    report({ fault: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown' });
  }
});
report('ready');
