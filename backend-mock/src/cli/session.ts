import { readdir } from 'node:fs/promises';
import { namingHome } from '../common/deputies-command.ts';
import { Settings } from '../common/settings.ts';
import { peopleFolder, readKeyFile, unlockKey, type KeyFile } from '../people/key-file.ts';
import { Database } from '../database/database.ts';
import { databaseOf, homeOf, logKeyFileOf, type Home } from '../start/home.ts';
import { logKeyFor, NoLogKey } from '../start/log-key-for.ts';
import { readReady, type Ready } from '../start/ready-file.ts';
import { EntrySeal } from '../writers/entry-seal.ts';
import { Failure } from './failure.ts';
import { requirePassphrase, type PassphraseSource } from './passphrase.ts';
import { PersonClient } from './person-client.ts';

/** Options that every command takes. */
export interface CommonOptions {
  readonly home?: string;
  readonly json?: boolean;
  readonly as?: string;
  readonly passphraseFd?: number;
}

const DEFAULT_PERSON = 'owner';

/** One run of the command line: which backend, and who is asking. */
export class Session {
  readonly options: CommonOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly home: Home;
  #passphrase: Promise<string> | undefined;

  constructor(options: CommonOptions, env: NodeJS.ProcessEnv) {
    this.options = options;
    this.env = env;
    this.home = homeOf(options.home, env);
  }

  /** A message with the home of this run in each command that it names. */
  hint(text: string): string {
    return namingHome(text, this.options.home);
  }

  /** @throws Failure when no backend serves from this home. */
  async ready(): Promise<Ready> {
    const ready = await readReady(this.home.readyFile);
    if (ready) return ready;
    throw new Failure('not_running', `No backend serves from ${this.home.folder}. Start one with "npm start".`);
  }

  /**
   * The store itself, for the few commands that write into it: what they record is proven with the log's key.
   *
   * @throws Failure without that key.
   */
  async openToWrite(): Promise<Database> {
    const location = databaseOf(this.home, this.env);
    const key = await logKeyFor(location, logKeyFileOf(this.home, this.env)).catch((error: unknown) => {
      throw error instanceof NoLogKey ? new Failure('no_log_key', error.message) : error;
    });
    return new Database({ location, seal: EntrySeal.of(key) });
  }

  get passphraseSource(): PassphraseSource {
    return { fd: this.options.passphraseFd, env: this.env };
  }

  get peopleFolder(): string {
    return peopleFolder(this.env);
  }

  /** A client that signs as `--as`, else as the person given, else as the owner. */
  async client(person?: string): Promise<PersonClient> {
    const { backendUrl, consoleUrl, environment } = await this.ready();
    if (!new Settings(environment).acceptsKeyFiles) {
      throw new Failure('passkeys_only', `In ${environment} people use passkeys, in the console: ${consoleUrl}`);
    }
    const file = await this.#keyFile(this.options.as ?? person ?? DEFAULT_PERSON);
    this.#passphrase ??= requirePassphrase(this.passphraseSource, `Passphrase of ${file.name}: `);
    const passphrase = await this.#passphrase;
    try {
      return new PersonClient(backendUrl, file.keyid, unlockKey(file, passphrase));
    } catch (error) {
      throw new Failure('wrong_passphrase', error instanceof Error ? error.message : 'The key cannot be opened.');
    }
  }

  async #keyFile(name: string): Promise<KeyFile> {
    const file = await readKeyFile(this.peopleFolder, name);
    if (file) return file;
    const names = await this.#enrolledNames();
    const known =
      names.length === 0
        ? 'There are none yet: run "npm run deputies -- people enrol".'
        : `There are: ${names.join(', ')}.`;
    throw new Failure('no_key', `There is no key of "${name}" in ${this.peopleFolder}. ${known}`);
  }

  async #enrolledNames(): Promise<string[]> {
    const files = await readdir(this.peopleFolder).catch(() => []);
    return files.filter((file) => file.endsWith('.key.json')).map((file) => file.slice(0, -'.key.json'.length));
  }
}
