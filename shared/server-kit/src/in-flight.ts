/** Work that has begun and is worth a short wait before the process ends. */
export interface InFlight {
  add<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing is left, including what was only just read and has not begun yet. */
  idle(): Promise<void>;
}

export function createInFlight(): InFlight {
  const running = new Set<Promise<boolean>>();
  return {
    add(work) {
      const settled: Promise<boolean> = Promise.allSettled([work]).then(() => running.delete(settled));
      running.add(settled);
      return work;
    },
    async idle() {
      do {
        await Promise.all(running);
        // A message passes through a handful of microtasks and stream ticks before its handler starts, and its answer
        // through as many before it is written.
        for (let turn = 0; turn < 4; turn += 1) await nextTurn();
      } while (running.size > 0);
    },
  };
}

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
