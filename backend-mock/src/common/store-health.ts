import type { Database } from '../database/database.ts';
import type { Health } from './health.ts';

/** How far this process's clock may be from the store's: grants and signatures go by one, all else by the other. */
const CLOCK_MAX_MS = 2_000;

/**
 * Adds what a process needs of its store: an answer, leave to write, room, and the same time. The store is asked once for
 * all of them.
 */
export function addStoreConditions(health: Health, database: Database): void {
  let asked: ReturnType<Database['look']> | undefined;
  const look = (): ReturnType<Database['look']> =>
    (asked ??= database.look().finally(() => {
      asked = undefined;
    }));
  health.add({ name: 'store', isMet: async () => (await look()) !== undefined });
  health.add({ name: 'store_writable', isMet: async () => (await look()).isWritable });
  health.add({ name: 'clock', isMet: async () => Math.abs((await look()).aheadMs) <= CLOCK_MAX_MS });
}
