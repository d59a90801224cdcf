type Method = (this: unknown, ...args: never[]) => unknown;

/** Adds up the CPU time of the parts of one call after another. The calls have to come one at a time. */
export class StageMeter {
  #current = new Map<string, number>();
  #calls: Map<string, number>[] = [];

  /** What each finished call used, microseconds by part. */
  get calls(): readonly ReadonlyMap<string, number>[] {
    return this.#calls;
  }

  /** Forgets what was measured so far. */
  clear(): void {
    this.#current = new Map();
    this.#calls = [];
  }

  /** Ends one call. */
  next(): void {
    this.#calls.push(this.#current);
    this.#current = new Map();
  }

  /** Runs a part and keeps what the process used meanwhile. */
  async time<T>(part: string, work: () => T): Promise<Awaited<T>> {
    const before = process.cpuUsage();
    try {
      return await work();
    } finally {
      const { user, system } = process.cpuUsage(before);
      this.#current.set(part, (this.#current.get(part) ?? 0) + user + system);
    }
  }

  /** Measures an asynchronous method of every instance of a class from now on. */
  watch(part: string, prototype: object, name: string): void {
    const original = Reflect.get(prototype, name) as Method;
    const time = <T>(work: () => T): Promise<Awaited<T>> => this.time(part, work);
    Reflect.set(prototype, name, function (this: unknown, ...args: never[]) {
      return time(() => original.apply(this, args));
    });
  }
}
