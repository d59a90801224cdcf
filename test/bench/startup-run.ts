import { performance } from 'node:perf_hooks';
import type { JsonObject } from '@narrow-deputies/contracts';
import { usageOf } from './process-usage.ts';
import type { MeasuredServer } from './startup-servers.ts';
import { median } from './statistics.ts';
import { StdioPeer } from './stdio-peer.ts';

/** What one fresh process needed. What the system does not tell is null. */
export interface StartupRun {
  /** From the start of the process to the answer of tools/list. */
  readonly cpuMs: number | null;
  readonly wallMs: number;
  /** Bytes, once the list has been answered. */
  readonly rssBytes: number | null;
  readonly processes: number | null;
  /** Bytes of names, descriptions and input schemas: what every conversation pays for. */
  readonly listBytes: number;
  readonly firstCallMs: number;
  /** The median of those after it. */
  readonly laterCallMs: number;
  readonly strayLines: number;
}

const LATER_CALLS = 10;

/** Starts a program, lists its tools, calls one of them a few times and ends it. @throws Error when any of it fails. */
export async function measureStart({ entry, call }: MeasuredServer): Promise<StartupRun> {
  const started = performance.now();
  const peer = new StdioPeer(entry);
  try {
    await peer.initialize();
    const list = await peer.request('tools/list', {});
    const usage = usageOf(peer.pid);
    const wallMs = performance.now() - started;
    const calls: number[] = [];
    for (let count = 0; count <= LATER_CALLS; count += 1) {
      const before = performance.now();
      await peer.request('tools/call', { ...call });
      calls.push(performance.now() - before);
    }
    const [firstCallMs = 0, ...later] = calls;
    return {
      cpuMs: usage?.cpuMs ?? null,
      wallMs,
      rssBytes: usage?.rssBytes ?? null,
      processes: usage?.processes ?? null,
      listBytes: listBytes(list),
      firstCallMs,
      laterCallMs: median(later),
      strayLines: peer.strayLines,
    };
  } finally {
    await peer.close();
  }
}

/** Starts programs at the same moment, as a host does, and adds up what they needed; the longest wait counts. */
export async function measureAtOnce(servers: readonly MeasuredServer[]): Promise<StartupRun> {
  const runs = await Promise.all(servers.map(measureStart));
  const sum = (of: (run: StartupRun) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const known = (of: (run: StartupRun) => number | null): number | null =>
    runs.reduce<number | null>((total, run) => add(total, of(run)), 0);
  const longest = (of: (run: StartupRun) => number): number => Math.max(...runs.map(of));
  return {
    cpuMs: known((run) => run.cpuMs),
    wallMs: longest((run) => run.wallMs),
    rssBytes: known((run) => run.rssBytes),
    processes: known((run) => run.processes),
    listBytes: sum((run) => run.listBytes),
    firstCallMs: longest((run) => run.firstCallMs),
    laterCallMs: longest((run) => run.laterCallMs),
    strayLines: sum((run) => run.strayLines),
  };
}

const add = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : one + other;

function listBytes(list: JsonObject): number {
  const tools = (list['tools'] ?? []) as JsonObject[];
  const shown = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  return Buffer.byteLength(JSON.stringify(shown));
}
