import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { keyThumbprint, parseToken, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import * as z from 'zod';
import { errorCode } from '../common/error-code.ts';
import { profileOf } from '../grants/server-profiles.ts';
import type { Ready, ServerEntry } from '../start/ready-file.ts';
import { checkBackend } from './check-backend.ts';
import { checkGrant } from './check-grant.ts';
import { checkToken } from './check-token.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const NAME = 'Claude Desktop';
const CONNECT = 'Run "npm run deputies -- connect claude-desktop", then quit Claude Desktop and start it again.';
const BYTE_ORDER_MARK = /^\uFEFF/;

const entrySchema = z.looseObject({
  command: z.string(),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
});
const fileSchema = z.looseObject({ mcpServers: z.record(z.string(), z.unknown()).default({}) });
type Entry = z.infer<typeof entrySchema>;

/** The server that an entry starts, by the place of its program; undefined for a server that is none of ours. */
function serverOf({ args }: Entry): string | undefined {
  const program = args.at(-1)?.replaceAll('\\', '/') ?? '';
  const name = /\/servers\/([a-z-]+)\/dist\/main\.js$/.exec(program)?.[1];
  return name !== undefined && profileOf(name)?.server === name ? name : undefined;
}

/** Only this says which key a token has; the token itself is never shown. */
function keyOf(env: Readonly<Record<string, string>>): string | undefined {
  const parsed = parseToken(env['DEPUTY_TOKEN'] ?? '');
  return parsed.ok ? keyThumbprint(publicJwk(privateKeyFromSeed(parsed.token.seed))) : undefined;
}

/**
 * What Claude Desktop itself will start: its own file, which nothing keeps equal to the ready file.
 *
 * @param file its configuration.
 * @param ready of this home; undefined where no backend serves.
 */
export async function checkClaudeDesktop(file: string, ready: Ready | undefined): Promise<Finding[]> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).replace(BYTE_ORDER_MARK, '');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    return [warn(NAME, `${file} cannot be read (${errorCode(error) ?? 'unknown'})`, 'Look at who may read it.')];
  }
  const entries = read(text);
  if (!entries)
    return [fail(NAME, `${file} is not a configuration that a host reads`, 'Mend it, or restore a backup.')];
  const ours = entries.flatMap(([name, entry]) => {
    const server = serverOf(entry);
    return server === undefined ? [] : [{ name, entry, server }];
  });
  if (ours.length === 0) return [warn(NAME, `${file} starts none of these servers`, CONNECT)];
  const findings: Finding[] = [];
  for (const { name, entry, server } of ours) {
    findings.push(await judge(`${NAME}: ${name}`, server, entry, ready?.servers[name]));
  }
  return findings;
}

function read(text: string): (readonly [string, Entry])[] | undefined {
  try {
    const { mcpServers } = fileSchema.parse(JSON.parse(text));
    return Object.entries(mcpServers).flatMap(([name, value]) => {
      const entry = entrySchema.safeParse(value);
      return entry.success ? [[name, entry.data] as const] : [];
    });
  } catch {
    return undefined;
  }
}

async function judge(name: string, server: string, entry: Entry, served: ServerEntry | undefined): Promise<Finding> {
  const same = served !== undefined && isDeepStrictEqual({ ...entry }, { ...served });
  // The ready file's own entries are looked at anyway.
  if (same) return ok(name, 'the same as in the ready file');
  const faults = await faultsOf(server, entry);
  const fault = faults.find(({ status }) => status === 'fail');
  if (fault) return fail(name, `${fault.found}; this is not what the ready file says`, CONNECT);
  if (served !== undefined && keyOf(entry.env) !== keyOf(served.env)) {
    return warn(name, 'works, with another token than the ready file has', CONNECT);
  }
  return served === undefined
    ? ok(name, 'works, with a token of its own')
    : warn(name, 'works, but differs from the ready file in how the server is started', CONNECT);
}

async function faultsOf(server: string, { env }: Entry): Promise<Finding[]> {
  const { finding, token } = checkToken(server, env['DEPUTY_TOKEN'], undefined);
  const { findings, reached } = await checkBackend(server, env['DEPUTY_BACKEND_URL']);
  return [finding, ...findings, ...(token && reached ? [await checkGrant(server, token, reached)] : [])];
}
