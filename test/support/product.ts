import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readReady, type Ready } from '@narrow-deputies/backend-mock';
import { connect, type Era, type McpSession } from './mcp-session.ts';
import { NODE, ROOT, runScript, until, watch, type Finished } from './processes.ts';

export const PASSPHRASE = 'only for this temporary home';

export interface ProductOptions {
  /** The blog's drafts; left out = the shipped examples. */
  readonly drafts?: string;
  /** `postgres://…`; left out = the embedded store. */
  readonly databaseUrl?: string;
  /** Further environment of the backend and the command line. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The product as a user runs it: real processes, a home and keys of its own, any free ports. */
export class Product {
  readonly folder: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #options: ProductOptions;
  #ready: Ready | undefined;
  #child: ChildProcess | undefined;
  #ended: Promise<Finished> | undefined;
  readonly #sessions = new Set<McpSession>();

  private constructor(folder: string, options: ProductOptions) {
    this.folder = folder;
    this.home = join(folder, 'home');
    this.#options = options;
    this.env = {
      PATH: process.env['PATH'],
      HOME: folder,
      DEPUTIES_HOME: this.home,
      DEPUTIES_PEOPLE: join(folder, 'people'),
      DEPUTIES_PASSPHRASE: PASSPHRASE,
      ...(options.databaseUrl !== undefined && { DEPUTIES_DATABASE_URL: options.databaseUrl }),
      ...options.env,
    };
  }

  static async start(options: ProductOptions = {}): Promise<Product> {
    const product = new Product(await mkdtemp(join(tmpdir(), 'deputies-')), options);
    try {
      await product.boot();
      return product;
    } catch (error) {
      await product.dispose();
      throw error;
    }
  }

  get ready(): Ready {
    if (!this.#ready) throw new Error('The product is not running.');
    return this.#ready;
  }

  /** Starts the backend and waits for its ready file. @param port 0 = any. */
  async boot(port = 0): Promise<void> {
    const args = ['start', '--port', String(port), '--console-port', '0'];
    if (this.#options.drafts !== undefined) args.push('--drafts', this.#options.drafts);
    const child = spawn(NODE, [join(ROOT, 'scripts', 'run.mjs'), ...args], {
      cwd: ROOT,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { output, ended } = watch(child);
    this.#child = child;
    this.#ended = ended;
    let over = false;
    const noteEnd = (): boolean => (over = true);
    ended.then(noteEnd, noteEnd);
    this.#ready = await until('the ready file', async () => {
      if (over) throw new Error(`The backend ended at once:\n${output()}`);
      const ready = await readReady(join(this.home, 'ready.json'));
      return ready?.pid === child.pid ? ready : undefined;
    });
  }

  /** Ends the backend as Ctrl+C does, or by force. */
  async halt(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    if (!this.#child || !this.#ended) throw new Error('The product is not running.');
    this.#child.kill(signal);
    this.#ready = undefined;
    return this.#ended;
  }

  /** `npm run --silent deputies -- …` */
  deputies(...args: string[]): Promise<Finished> {
    return runScript('deputies', args, this.env);
  }

  /** The same with `--json`. @throws Error when it fails. */
  async deputiesJson<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.deputies(...args, '--json');
    if (code !== 0) throw new Error(`deputies ${args.join(' ')} failed: ${stderr}${stdout}`);
    return JSON.parse(stdout) as T;
  }

  /** Starts a server exactly as a host would, from the ready file's block. */
  async connect(server: string, era: Era = '2026-07-28', env: Record<string, string> = {}): Promise<McpSession> {
    const entry = this.ready.servers[server];
    if (!entry) throw new Error(`The ready file has no server ${server}.`);
    const session = await connect({ ...entry, env: { ...entry.env, ...env } }, era);
    this.#sessions.add(session);
    return session;
  }

  /** Ends everything that was started and removes its folder. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()));
    if (this.#child?.exitCode === null && this.#child.signalCode === null) await this.halt();
    await rm(this.folder, { recursive: true, force: true });
  }
}
