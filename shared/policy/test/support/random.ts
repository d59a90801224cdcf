/** Where chance comes from: a seed, or fast-check, which then finds the smallest case that fails. */
export interface Random {
  /** A whole number from 0 on, below this. */
  below(limit: number): number;
}

/** The same numbers for the same seed (mulberry32), on every machine. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return {
    below(limit) {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
    },
  };
}

export const chance = (random: Random, percent: number): boolean => random.below(100) >= 100 - percent;

export function pick<T>(random: Random, from: readonly [T, ...T[]]): T;
export function pick<T>(random: Random, from: readonly T[]): T | undefined;
export function pick<T>(random: Random, from: readonly T[]): T | undefined {
  return from[random.below(from.length)];
}

/** One of them or several, each once. */
export function some<T>(random: Random, from: readonly [T, ...T[]], most = 2): T[] {
  const count = 1 + random.below(Math.min(most, from.length));
  return [...new Set(Array.from({ length: count }, () => pick(random, from)))];
}

/** A list of so many, each made afresh. */
export const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** An object in which a field may be missing: one that is undefined. */
type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
export const present = <T extends object>(fields: T): Present<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
