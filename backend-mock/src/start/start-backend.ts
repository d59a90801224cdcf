import type { KeyObject } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Contract } from '@narrow-deputies/contracts';
import { errorCode } from '../common/error-code.ts';
import { Draining } from '../common/draining.ts';
import { Health } from '../common/health.ts';
import { createLogger, type Logger } from '../common/logger.ts';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import { addStoreConditions } from '../common/store-health.ts';
import type { LiveTimes } from '../console/live-times.ts';
import { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { adoptEntries } from '../log/adopt-entries.ts';
import { CheckpointCopies } from '../log/checkpoint-copies.ts';
import { logSigner } from '../log/log-identity.ts';
import { LogState } from '../log/log-state.ts';
import { LogWatch } from '../log/log-watch.ts';
import { Sequencer } from '../log/sequencer.ts';
import { OperationRegistry } from '../operations/registry.ts';
import type { CheckAlterations } from '../pipeline/checks.ts';
import { FirstPolicy } from '../policy/first-policy.ts';
import { digestOfPolicy } from '../policy/policies-repository.ts';
import { loadPolicyText, policyFileOf } from '../policy/policy-files.ts';
import { PolicyWatch } from '../policy/policy-watch.ts';
import { Door } from '../self-check/door.ts';
import { SelfCheck } from '../self-check/self-check.ts';
import type { ExportSettings } from '@narrow-deputies/observability/export-settings';
import { loadObserver } from '../telemetry/load-observer.ts';
import { Telemetry } from '../telemetry/telemetry.ts';
import { EntrySeal } from '../writers/entry-seal.ts';
import { createBackend, createConsole } from './create-app.ts';
import { refuseForeignStore, requireEnvironment } from './require-environment.ts';

export interface BackendOptions {
  readonly environment: string;
  /** `postgres://…`, or the path of a SQLite file. */
  readonly database: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly consolePort: number;
  /** The public origin, where it is not the loopback address itself (a proxy, several replicas). */
  readonly publicUrl?: string | undefined;
  /** The console's public origin behind a proxy that ends TLS; its host is what passkeys belong to. */
  readonly publicConsoleUrl?: string | undefined;
  /** File of the policy that a store without one begins with; the shipped one of the environment where left out. */
  readonly policy?: string | undefined;
  /** What signs the log, and by a key that is derived from it proves who wrote an entry. Replicas share it. */
  readonly logKey: KeyObject;
  /** Folder for copies of the log's checkpoints; where left out, this process leaves sequencing to another one. */
  readonly checkpoints?: string | undefined;
  /** Who says that a store which does not go on from those copies is to be signed all the same. */
  readonly acceptRestored?: string | undefined;
  /** What is exported, and how; left out = nothing. */
  readonly telemetry?: ExportSettings | undefined;
  /** The home, where commands that are shown to people have to name it. */
  readonly namedHome?: string | undefined;
  /** Days after which payloads of audit entries are erased; left out = they are kept. */
  readonly payloadDays?: number | null | undefined;
  /** How many connections to PostgreSQL calls share. */
  readonly pool?: number | undefined;
  /** How long calls are still taken at the end, in milliseconds, while health says that it is the end. */
  readonly announceEndMs?: number | undefined;
  /** One of pino's levels. */
  readonly logLevel?: string;
  /** For tests that do not wait. */
  readonly liveTimes?: Partial<LiveTimes>;
  /** For tests that break one control. */
  readonly alterations?: CheckAlterations;
}

export interface RunningBackend {
  readonly backendUrl: string;
  readonly consoleUrl: string;
  readonly database: Database;
  readonly environment: string;
  /** What it serves to agents, as data. */
  readonly contracts: readonly Contract[];
  /** Stops accepting, finishes what runs, closes the store. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/**
 * Opens and migrates the store, proves on itself that each control denies, and serves.
 *
 * @throws an Error with a message for the person who started it: port in use, store of another environment, store that
 * cannot be opened.
 */
export async function startBackend(options: BackendOptions): Promise<RunningBackend> {
  const logger = createLogger(options.logLevel ?? 'warn');
  const settings = new Settings(options.environment, options);
  const database = new Database({
    location: options.database,
    seal: EntrySeal.of(options.logKey),
    pool: options.pool,
    onIdleError: (error) =>
      logger.warn({ err: error }, 'an idle database connection broke; the next call opens another'),
  });
  const apps: NestFastifyApplication[] = [];
  const endings: (() => Promise<void>)[] = [];
  const health = new Health();
  addStoreConditions(health, database);
  const draining = new Draining();
  draining.join(health);
  const close = async (): Promise<void> => {
    await draining.begin(options.announceEndMs ?? 0);
    for (const app of apps) await app.close();
    for (const end of endings) await end();
    await database.close();
  };
  try {
    await refuseForeignStore(database, options.environment);
    await migrate(database);
    await requireEnvironment(database, options.environment);
    await requireLogKey(database, options);
    await adoptEntries(database, options.environment);
    const door = new Door();
    const telemetry = new Telemetry();
    const { alterations, liveTimes } = options;
    const logState = new LogState();
    const foundations = { database, settings, logger, alterations, telemetry, liveTimes, health, logState };
    const backend = await createBackend(foundations, door, draining);
    apps.push(backend);
    const people = await createConsole(foundations, backend, draining);
    apps.push(people);
    const watch = await beginPolicy(
      backend.get(FirstPolicy),
      options.policy ?? policyFileOf(options.environment),
      logger,
    );
    const port = await listen(backend, options.port, '--port');
    const consolePort = await listen(people, options.consolePort, '--console-port');
    const backendUrl = options.publicUrl ?? `http://${LOOPBACK}:${port}`;
    const consoleUrl = options.publicConsoleUrl ?? `http://localhost:${consolePort}`;
    settings.publish({ backendUrl, consoleUrl });
    await backend.get(SelfCheck).run(`http://${LOOPBACK}:${port}`, door);
    if (options.checkpoints !== undefined) {
      const { environment, logKey: key } = options;
      const copies = new CheckpointCopies(options.checkpoints);
      const sequencer = new Sequencer({
        database,
        environment,
        key,
        copies,
        logger,
        acceptRestored: options.acceptRestored,
      });
      if (await sequencer.start()) endings.push(() => sequencer.stop());
      const logWatch = new LogWatch({ database, environment, logger, state: logState });
      logWatch.start();
      endings.push(() => logWatch.stop());
    }
    // The self-check's own calls are nobody's.
    const observer = await loadObserver({ settings: options.telemetry, engine: database.engine, logger });
    if (observer) {
      telemetry.observe(observer);
      endings.push(() => observer.stop());
    }
    door.open();
    if (settings.activatesFiles) {
      watch.start();
      endings.push(() => watch.stop());
    }
    const contracts = backend
      .get(OperationRegistry)
      .all()
      .map(({ contract }) => contract);
    return { backendUrl, consoleUrl, database, environment: options.environment, contracts, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What this process wrote with another key would prove nothing, and get no place in the log. */
async function requireLogKey(database: Database, { environment, logKey }: BackendOptions): Promise<void> {
  if (await database.transaction((tx) => logSigner(tx, environment, logKey))) return;
  throw new Error(
    'The audit log of this store is signed with another key. Set DEPUTIES_LOG_KEY to the file that holds it; all replicas share it.',
  );
}

async function beginPolicy(policies: FirstPolicy, file: string, logger: Logger): Promise<PolicyWatch> {
  const text = await loadPolicyText(file);
  try {
    await policies.ensure(text);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const faults = (error.problem.errors ?? []).map(({ message }) => `- ${message}`);
    throw new Error(`${file} cannot be the policy:\n${faults.join('\n')}`, { cause: error });
  }
  return new PolicyWatch(file, digestOfPolicy(text), policies, logger);
}

async function listen(app: NestFastifyApplication, port: number, flag: string): Promise<number> {
  try {
    await app.listen(port, LOOPBACK);
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') {
      throw new Error(`Port ${port} is in use. Stop what uses it, or choose another with ${flag} (0 = any).`, {
        cause: error,
      });
    }
    throw error;
  }
  const address = app.getHttpServer().address();
  return address !== null && typeof address === 'object' ? address.port : port;
}
