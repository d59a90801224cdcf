import { setTimeout as wait } from 'node:timers/promises';

/** Something without which a process should get no calls. */
export interface HealthCondition {
  /** One word for programs; it holds no secret. */
  readonly name: string;
  /** Whether it is met now. To fail, and to take longer than a health check may, is not to be met. */
  readonly isMet: () => Promise<boolean> | boolean;
}

/** How long a health check takes at most, in milliseconds. */
const PATIENCE_MS = 1_900;

/** Whether this process should get calls, by conditions that whoever knows of one adds. Injection token of its own type. */
export class Health {
  readonly #conditions: HealthCondition[] = [];
  #looking: Promise<string[]> | undefined;

  add(condition: HealthCondition): void {
    this.#conditions.push(condition);
  }

  /** @returns the names of conditions that are not met. However many ask at once, one looks. */
  async unmet(): Promise<string[]> {
    this.#looking ??= Promise.all(this.#conditions.map(look)).then((found) => found.flat());
    try {
      return await this.#looking;
    } finally {
      this.#looking = undefined;
    }
  }
}

async function look({ name, isMet }: HealthCondition): Promise<string[]> {
  const late = new AbortController();
  try {
    const met = await Promise.race([isMet(), wait(PATIENCE_MS, false, { signal: late.signal })]);
    return met ? [] : [name];
  } catch {
    return [name];
  } finally {
    late.abort();
  }
}
