import { stat } from 'node:fs/promises';
import { Failure } from '../../failure.ts';

/** @throws Failure where a SQLite file does not exist: opening it would make one. */
export async function requireStore(location: string): Promise<void> {
  if (/^postgres(ql)?:\/\//.test(location)) return;
  if (await stat(location).catch(() => undefined)) return;
  throw new Failure('no_store', `There is no store at ${location}. A first "npm start" makes it.`);
}
