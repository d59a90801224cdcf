/** Work of many clients: each waits in a line of its own, and the lines take turns, so that one long line delays nobody. */
export class FairQueue<T> {
  /** By client; the line whose turn is next comes first. */
  readonly #lines = new Map<string, T[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How much of one client waits. */
  waiting(client: string): number {
    return this.#lines.get(client)?.length ?? 0;
  }

  add(client: string, item: T): void {
    const line = this.#lines.get(client);
    if (line) line.push(item);
    else this.#lines.set(client, [item]);
    this.#size++;
  }

  /** The next in turn; undefined when nothing waits. */
  take(): T | undefined {
    for (const [client, line] of this.#lines) {
      this.#lines.delete(client);
      const [next, ...rest] = line;
      if (next === undefined) continue;
      if (rest.length > 0) this.#lines.set(client, rest);
      this.#size--;
      return next;
    }
    return undefined;
  }
}
