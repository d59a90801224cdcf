import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all that it started use at one moment. */
export interface ProcessUsage {
  /** Milliseconds on a CPU, all threads of the tree. */
  readonly cpuMs: number;
  /** Bytes of the tree's resident memory. */
  readonly rssBytes: number;
  readonly processes: number;
}

/** Nanoseconds that the scheduler had threads of a process on a CPU: the first field of `schedstat` (proc(5)). */
const cpuNanoseconds = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce(
    (sum, thread) => sum + Number(readText(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]),
    0,
  );

const rssKilobytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? 0);

/** @returns undefined where the system has no `/proc` as Linux knows it. */
export function usageOf(pid: number): ProcessUsage | undefined {
  if (process.platform !== 'linux') return undefined;
  // First, as the time of the other questions would count.
  const own = cpuNanoseconds(pid);
  const below = descendantsOf(pid);
  return {
    cpuMs: below.reduce((sum, child) => sum + cpuNanoseconds(child), own) / 1e6,
    rssBytes: [pid, ...below].reduce((sum, each) => sum + rssKilobytes(each), 0) * 1024,
    processes: 1 + below.length,
  };
}

function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // `pid (command) state ppid …`; a command may hold anything, so the last bracket counts.
    const stat = readText(`/proc/${name}/stat`);
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    parents.set(Number(name), Number(parent));
  }
  const found = [pid];
  for (const parent of found) {
    for (const [child, itsParent] of parents) if (itsParent === parent) found.push(child);
  }
  return found.slice(1);
}

/** A process may end while it is looked at. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
