import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { environmentOf } from '../start/home.ts';
import { PASSPHRASE_MIN } from '../people/key-file.ts';
import { Failure } from './failure.ts';

export interface PassphraseSource {
  /** File descriptor to read one line from. */
  readonly fd?: number | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * A passphrase from `--passphrase-fd`, the terminal, or (development) `DEPUTIES_PASSPHRASE`.
 *
 * @returns undefined when there is none of them.
 */
export async function findPassphrase(source: PassphraseSource, question: string): Promise<string | undefined> {
  if (source.fd !== undefined) return readDescriptor(source.fd);
  const fromEnvironment = givenIn(source.env);
  if (fromEnvironment !== undefined) return fromEnvironment;
  return asksTerminal(source) ? ask(question) : undefined;
}

const asksTerminal = ({ fd, env }: PassphraseSource): boolean =>
  fd === undefined && givenIn(env) === undefined && process.stdin.isTTY && process.stderr.isTTY;

/** Only in development may a passphrase stand in the environment. */
const givenIn = (env: NodeJS.ProcessEnv): string | undefined =>
  environmentOf(env) === 'development' ? env['DEPUTIES_PASSPHRASE'] || undefined : undefined;

/**
 * The same for a passphrase that is being chosen: on a terminal it is asked for until it is long enough and two tries
 * agree, because nobody sees what they type.
 */
export async function choosePassphrase(source: PassphraseSource, question: string): Promise<string | undefined> {
  for (;;) {
    const chosen = await findPassphrase(source, question);
    if (chosen === undefined || !asksTerminal(source)) return chosen;
    if (chosen.length < PASSPHRASE_MIN) {
      process.stderr.write(`That is too short: ${PASSPHRASE_MIN} characters or more.\n`);
      continue;
    }
    if (chosen === (await ask('The same again: '))) return chosen;
    process.stderr.write('The two differ.\n');
  }
}

/** @throws Failure when there is nothing to ask. */
export async function requirePassphrase(source: PassphraseSource, question: string): Promise<string> {
  return given(await findPassphrase(source, question));
}

/** @throws Failure when there is nothing to ask. */
export async function requireNewPassphrase(source: PassphraseSource, question: string): Promise<string> {
  return given(await choosePassphrase(source, question));
}

function given(passphrase: string | undefined): string {
  if (passphrase !== undefined) return passphrase;
  throw new Failure(
    'no_passphrase',
    'A passphrase is needed: run this on a terminal, name a file descriptor with --passphrase-fd, or (in development) set DEPUTIES_PASSPHRASE.',
  );
}

function readDescriptor(fd: number): string {
  try {
    return readFileSync(fd, 'utf8').split(/\r?\n/)[0] ?? '';
  } catch {
    throw new Failure('no_passphrase', `File descriptor ${fd} cannot be read. ${opening(fd)}`);
  }
}

/** npm starts what it runs with the first three descriptors alone. */
const opening = (fd: number): string =>
  process.env['npm_lifecycle_event'] === undefined || fd < 3
    ? `Open it for this command, as in "${fd}<file".`
    : `npm hands on 0, 1 and 2 alone: use "--passphrase-fd 0 <file", or run "node scripts/run.mjs deputies …" with "${fd}<file".`;

/** Asks without showing what is typed. */
function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      process.stderr.write('\n');
      lines.close();
      resolve(line);
    });
    lines.once('SIGINT', () => {
      process.stderr.write('\n');
      lines.close();
      reject(new Failure('interrupted', 'Nothing was done.'));
    });
  });
}
