import { resolve } from 'node:path';
import * as z from 'zod';
import type { ServerEntry } from '../../start/ready-file.ts';
import type { IsOurs } from './host-config.ts';

const launch = z.looseObject({ command: z.string(), args: z.array(z.string()).default([]) });

/** The program that an entry of the ready file starts. */
const programOf = (entry: ServerEntry | undefined): string | undefined => entry?.args.at(-1);

/**
 * An entry is ours when it starts the same program as the ready file's. For a server that the ready file does not have,
 * as none is when the backend is stopped, the place of a server's program in a workspace has to do.
 */
export const startsOurs =
  (servers: Readonly<Record<string, ServerEntry>>): IsOurs =>
  (name, entry) => {
    const found = launch.safeParse(entry);
    if (!found.success) return false;
    const program = programOf(Object.hasOwn(servers, name) ? servers[name] : undefined);
    const words = [found.data.command, ...found.data.args];
    if (program !== undefined) return words.some((word) => resolve(word) === resolve(program));
    return words.some((word) => word.replaceAll('\\', '/').endsWith(`/servers/${name}/dist/main.js`));
  };
