import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ServerEntry } from '../start/ready-file.ts';
import { fail, ok, type Finding } from './finding.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 15_000;
/** The oldest Node that everything here works with. */
const OLDEST = { major: 22, minor: 20 };
const INSTALL = 'Install Node 24, or run "npm ci": on Linux and Windows it brings one along.';

/** @param version like `24.21.0`, with or without a `v`. */
export function isRecentEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.trim().replace(/^v/, '').split('.').map(Number);
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
}

/** The Node that this command runs on. */
export function checkOwnNode(version: string): Finding {
  const found = `this command runs on Node ${version}`;
  if (isRecentEnough(version)) return ok('Node', found);
  return fail('Node', `${found}; ${OLDEST.major}.${OLDEST.minor} is the oldest that works`, INSTALL);
}

/** What a child of ours needs to start at all. It gets no token: nothing but its version is asked for. */
const bareEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...(env['PATH'] !== undefined && { PATH: env['PATH'] }),
  ...(env['SystemRoot'] !== undefined && { SystemRoot: env['SystemRoot'] }),
});

/** Node 25 and later close the network of a restricted process; older ones know no flag for it. */
function networkIsClosed(version: string, args: readonly string[]): boolean {
  const major = Number(version.trim().replace(/^v/, '').split('.')[0]);
  return major >= 25 && args.includes('--permission') && !args.includes('--allow-net');
}

/** Starts a server as a host would, for its version alone: which Node a host uses, and whether these flags work on it. */
export async function checkLaunch(server: string, entry: ServerEntry, env: NodeJS.ProcessEnv): Promise<Finding> {
  const name = `${server}: launch`;
  const options = { env: bareEnvironment(env), timeout: TIMEOUT_MS };
  const again = 'Run "npm start" again, then "npm run deputies -- connect claude-desktop".';
  let version: string;
  try {
    version = (await run(entry.command, ['--version'], options)).stdout.trim();
  } catch {
    return fail(name, `a host would start ${entry.command}, which cannot be started`, again);
  }
  const found = `a host starts it with Node ${version.replace(/^v/, '')}`;
  if (!isRecentEnough(version)) return fail(name, `${found}, which is too old`, `${INSTALL} ${again}`);
  if (networkIsClosed(version, entry.args)) return fail(name, `${found}, but its flags close the network`, again);
  try {
    await run(entry.command, [...entry.args, '--version'], options);
  } catch {
    return fail(name, `${found}, but it does not start with the flags of ready.json`, again);
  }
  return ok(name, `${found} (${entry.command})`);
}
