import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import * as z from 'zod';

/** What a host's `mcpServers` block takes for one server. */
const serverEntry = z.strictObject({
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
});
export type ServerEntry = z.infer<typeof serverEntry>;

/** `<home>/ready.json`: there while the backend serves. */
const readySchema = z.strictObject({
  environment: z.string(),
  backendUrl: z.string(),
  consoleUrl: z.string(),
  pid: z.int(),
  servers: z.record(z.string(), serverEntry),
});
export type Ready = z.infer<typeof readySchema>;

/** Writes a file whole or not at all, readable by its owner alone. */
export async function writePrivate(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

export const writeReady = (file: string, ready: Ready): Promise<void> =>
  writePrivate(file, `${JSON.stringify(ready, null, 2)}\n`);

/** @returns undefined when there is none, or it cannot be read as one. */
export async function readReady(file: string): Promise<Ready | undefined> {
  try {
    return readySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Takes the ready file away, if it still speaks of this process. */
export async function removeReady(file: string, pid: number): Promise<void> {
  if ((await readReady(file))?.pid === pid) await rm(file, { force: true });
}

/** Whether the process that a ready file speaks of still serves. */
export async function isServing(ready: Ready): Promise<boolean> {
  try {
    process.kill(ready.pid, 0);
    const answer = await fetch(`${ready.backendUrl}/health`, { signal: AbortSignal.timeout(3_000) });
    return answer.ok;
  } catch {
    return false;
  }
}
