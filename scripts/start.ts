import { cp, mkdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type * as BackendModule from '@narrow-deputies/backend-mock';
import { buildStale } from './build.ts';
import { HELP, readFlags, requirePaths, type Flags } from './start-flags.ts';
import { serverEntries } from './server-entries.ts';
import { announce, say } from './start-announcement.ts';
import { environmentOfScripts, namedHome } from './workspace-home.ts';

/** How long a stop waits for calls that run. */
const SHUTDOWN_MAX_MS = 10_000;
/** What a drafts folder that a person names begins with. */
const EXAMPLE = 'water.md';
/** How often it is looked whether what started this process is still there. */
const PARENT_MS = 500;

type Backend = typeof BackendModule;

async function copyExamples(from: string, folder: string): Promise<void> {
  if (await stat(from).catch(() => undefined)) await cp(from, folder, { recursive: true });
}

/**
 * The drafts folder of this start, by its real path: the launch flags and the server have to mean the same one. One that
 * is not there is made, with something in it to try.
 */
async function draftsFolder(flags: Flags, home: string): Promise<{ folder: string; made: boolean }> {
  const folder = flags.drafts === undefined ? join(home, 'drafts') : resolve(flags.drafts);
  const isNew = !(await stat(folder).catch(() => undefined));
  if (isNew) {
    await mkdir(folder, { recursive: true });
    const examples = join(flags.fixtures, 'drafts');
    // A folder of one's own is not to be filled with posts of somebody else.
    const from = flags.drafts === undefined ? '.' : EXAMPLE;
    if (flags.fixtures !== 'none') await copyExamples(join(examples, from), join(folder, from));
  }
  return { folder: await realpath(folder), made: isNew };
}

async function serve(backend: Backend, flags: Flags, env: NodeJS.ProcessEnv): Promise<void> {
  const home = backend.homeOf(flags.home, env);
  const fault = Promise.withResolvers<void>();
  backend.guardProcess({ logger: backend.createLogger('warn'), onFault: fault.resolve });
  await mkdir(home.folder, { recursive: true, mode: 0o700 });
  for (const line of await backend.keepPrivate(home, env)) process.stderr.write(`${line}\n`);
  const other = await backend.readReady(home.readyFile);
  if (other && other.pid !== process.pid && (await backend.isServing(other))) {
    throw new Error(`A backend (process ${other.pid}) serves from ${home.folder} already, at ${other.backendUrl}.`);
  }
  const { folder: drafts, made } = await draftsFolder(flags, home.folder);
  const environment = backend.environmentOf(env);
  const endSeconds = backend.secondsOfEnd(env['DEPUTIES_END_SECONDS'], environment);
  const folder = backend.peopleFolder(env);
  await backend.refuseKeyFiles(environment, folder);
  const telemetry = backend.exportWish(env);
  for (const warning of telemetry.warnings) process.stderr.write(`${warning}\n`);
  const running = await backend.startBackend({
    environment,
    telemetry: telemetry.settings,
    database: backend.databaseOf(home, env),
    logKey: await backend.openLogKey(backend.logKeyFileOf(home, env)),
    checkpoints: env['DEPUTIES_LOG_CHECKPOINTS'] ?? home.checkpoints,
    acceptRestored: flags.acceptRestored,
    namedHome: namedHome(home.folder),
    pool: backend.poolSize(env['DEPUTIES_DATABASE_POOL']),
    announceEndMs: endSeconds * 1_000,
    payloadDays: backend.payloadDays(env['DEPUTIES_AUDIT_PAYLOAD_DAYS']),
    policy: flags.policy === undefined ? undefined : resolve(flags.policy),
    port: flags.port,
    consolePort: flags.consolePort,
    publicUrl: backend.publicOrigin(env['DEPUTIES_PUBLIC_URL'], 'DEPUTIES_PUBLIC_URL'),
    publicConsoleUrl: backend.publicConsoleOrigin(env['DEPUTIES_PUBLIC_ORIGIN'], 'DEPUTIES_PUBLIC_ORIGIN'),
  });
  try {
    const people = await backend.enrolWithKeys({
      database: running.database,
      environment,
      folder,
      passphrase: () =>
        backend.choosePassphrase(
          { env },
          'First start. A passphrase for the keys of the people who approve (8 characters or more): ',
        ),
    });
    if (flags.fixtures !== 'none') await backend.loadFixtures(running.database, environment, resolve(flags.fixtures));
    const tokens = await backend.ensureServerTokens(
      running.database,
      environment,
      home.tokensFile,
      backend.SERVER_PROFILES,
    );
    const { backendUrl, consoleUrl } = running;
    const servers = serverEntries({ backendUrl, tokens, draftsFolder: drafts });
    backend.removeReadyAtExit(home.readyFile);
    await backend.writeReady(home.readyFile, { environment, backendUrl, consoleUrl, pid: process.pid, servers });
    announce({
      backendUrl,
      consoleUrl,
      environment,
      isDevelopment: new backend.Settings(environment).acceptsKeyFiles,
      drafts,
      madeDrafts: made,
      hint: (text) => backend.namingHome(text, namedHome(home.folder)),
      readyFile: home.readyFile,
      servers,
      printConfig: flags.printConfig,
      people,
      missing: backend.SERVER_PROFILES.map(({ server }) => server).filter((server) => !(server in tokens)),
    });
    await Promise.race([untilStopped(), fault.promise]);
    // What runs may finish; whatever does not is undone by its own transaction.
    setTimeout(() => process.exit(1), SHUTDOWN_MAX_MS + endSeconds * 1_000).unref();
  } finally {
    await backend.removeReady(home.readyFile, process.pid);
    await running.close();
  }
  // What still tries to reach a collector would hold the process for seconds; all else is finished.
  if (telemetry.settings !== undefined) process.exit();
}

function untilStopped(): Promise<void> {
  return new Promise((done) => {
    const stop = (): void => done();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    endWithParent(stop);
  });
}

/**
 * npm does not hand a signal on to what its shell started: a backend whose npm was ended would go on, unseen, and keep the
 * ports. It stops as soon as it has lost the process that it was started by.
 */
function endWithParent(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] !== 'start') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_MS);
  timer.unref();
}

/** `npm start`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const flags = readFlags(args);
    if (!flags) {
      say(HELP);
      return 0;
    }
    await requirePaths(flags);
    await buildStale();
    const backend = await import('@narrow-deputies/backend-mock');
    process.umask(backend.PRIVATE_UMASK);
    await serve(backend, flags, environmentOfScripts());
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
