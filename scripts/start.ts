import { cp, mkdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type * as BackendModule from '@narrow-deputies/backend-mock';
import { buildStale, ROOT } from './build.ts';
import { serverEntries } from './server-entries.ts';
import { announce, say } from './start-announcement.ts';

const HELP = `npm start -- [options]    serve the reference backend and describe the MCP servers

  --port N            port of the agents' API (default 4180; 0 = any)
  --console-port N    port of what people see (default 4181; 0 = any)
  --home DIR          where the store, ready.json and tokens lie (default DEPUTIES_HOME, else .deputies)
  --drafts DIR        the blog's drafts folder (default <home>/drafts, with examples)
  --policy FILE       policy that a new store begins with (default: the shipped one of the environment);
                      in development a changed file is active at once
  --fixtures DIR      what an empty store begins with (default: the shipped ones; "none" = nothing)
  --help              this text

environment
  DEPUTIES_ENVIRONMENT   development (default), staging, production
  DEPUTIES_DATABASE_URL  postgres://… instead of the embedded store
  DEPUTIES_PUBLIC_ORIGIN https://… of the console, behind a proxy that ends TLS; passkeys belong to its name
  DEPUTIES_PUBLIC_URL    https://… of the agents' API, behind such a proxy; servers sign this address
  DEPUTIES_LOG_KEY       file with the key that signs the audit log (default <home>/log.key, made at the first start;
                         replicas of one database share it)
  DEPUTIES_LOG_CHECKPOINTS  folder for copies of its checkpoints (default <home>/checkpoints); better on another machine
  DEPUTIES_AUDIT_PAYLOAD_DAYS  days after which what stands beside audit entries (redacted arguments, results) is erased
                         (default: it is kept; entries themselves always are)
  DEPUTIES_PEOPLE        folder of people's encrypted keys (default: the user's configuration directory);
                         staging and production take passkeys only, and do not start beside a key
  DEPUTIES_PASSPHRASE    development only: their passphrase, where nobody can type it
`;

/** How long a stop waits for calls that run. */
const SHUTDOWN_MAX_MS = 10_000;

type Backend = typeof BackendModule;

interface Flags {
  readonly port: number;
  readonly consolePort: number;
  readonly home: string | undefined;
  readonly drafts: string | undefined;
  readonly policy: string | undefined;
  readonly fixtures: string;
}

const portOf = (text: string, flag: string): number => {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`${flag} takes a port number from 0 to 65535.`);
};

function readFlags(args: readonly string[]): Flags | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '4180' },
      'console-port': { type: 'string', default: '4181' },
      home: { type: 'string' },
      drafts: { type: 'string' },
      policy: { type: 'string' },
      fixtures: { type: 'string', default: join(ROOT, 'backend-mock', 'fixtures') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    port: portOf(values.port, '--port'),
    consolePort: portOf(values['console-port'], '--console-port'),
    home: values.home,
    drafts: values.drafts,
    policy: values.policy,
    fixtures: values.fixtures,
  };
}

/** The drafts folder of this start, by its real path: the launch flags and the server have to mean the same one. */
async function draftsFolder(flags: Flags, home: string): Promise<string> {
  if (flags.drafts !== undefined) {
    const folder = resolve(flags.drafts);
    const found = await stat(folder).catch(() => undefined);
    if (!found?.isDirectory()) throw new Error(`--drafts ${flags.drafts} is not a folder.`);
    return realpath(folder);
  }
  const folder = join(home, 'drafts');
  if (!(await stat(folder).catch(() => undefined))) {
    await mkdir(folder, { recursive: true });
    const examples = join(flags.fixtures, 'drafts');
    if (flags.fixtures !== 'none' && (await stat(examples).catch(() => undefined))) {
      await cp(examples, folder, { recursive: true });
    }
  }
  return realpath(folder);
}

async function serve(backend: Backend, flags: Flags, env: NodeJS.ProcessEnv): Promise<void> {
  const home = backend.homeOf(flags.home, env);
  await mkdir(home.folder, { recursive: true, mode: 0o700 });
  const other = await backend.readReady(home.readyFile);
  if (other && other.pid !== process.pid && (await backend.isServing(other))) {
    throw new Error(`A backend (process ${other.pid}) serves from ${home.folder} already, at ${other.backendUrl}.`);
  }
  const drafts = await draftsFolder(flags, home.folder);
  const environment = backend.environmentOf(env);
  const folder = backend.peopleFolder(env);
  await backend.refuseKeyFiles(environment, folder);
  const telemetry = backend.exportWish(env);
  for (const warning of telemetry.warnings) process.stderr.write(`${warning}\n`);
  const running = await backend.startBackend({
    environment,
    telemetry: telemetry.settings,
    database: backend.databaseOf(home, env),
    log: {
      key: await backend.openLogKey(env['DEPUTIES_LOG_KEY'] ?? home.logKeyFile),
      copies: env['DEPUTIES_LOG_CHECKPOINTS'] ?? home.checkpoints,
    },
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
    await backend.writeReady(home.readyFile, { environment, backendUrl, consoleUrl, pid: process.pid, servers });
    announce({
      backendUrl,
      consoleUrl,
      environment,
      isDevelopment: new backend.Settings(environment).acceptsKeyFiles,
      drafts,
      readyFile: home.readyFile,
      servers,
      people,
      missing: backend.SERVER_PROFILES.map(({ server }) => server).filter((server) => !(server in tokens)),
    });
    await untilStopped();
    // What runs may finish; whatever does not is undone by its own transaction.
    setTimeout(() => process.exit(1), SHUTDOWN_MAX_MS).unref();
  } finally {
    await backend.removeReady(home.readyFile, process.pid);
    await running.close();
  }
  // What still tries to reach a collector would hold the process for seconds; all else is finished.
  if (telemetry.settings !== undefined) process.exit(0);
}

function untilStopped(): Promise<void> {
  return new Promise((done) => {
    const stop = (): void => done();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}

/** `npm start`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const flags = readFlags(args);
    if (!flags) {
      say(HELP);
      return 0;
    }
    await buildStale();
    await serve(await import('@narrow-deputies/backend-mock'), flags, process.env);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
