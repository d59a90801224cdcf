import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { environmentOf } from '../start/home.ts';
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
  const given = source.env['DEPUTIES_PASSPHRASE'];
  if (given !== undefined && given !== '' && environmentOf(source.env) === 'development') return given;
  return process.stdin.isTTY && process.stderr.isTTY ? ask(question) : undefined;
}

/** @throws Failure when there is nothing to ask. */
export async function requirePassphrase(source: PassphraseSource, question: string): Promise<string> {
  const passphrase = await findPassphrase(source, question);
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
    throw new Failure(
      'no_passphrase',
      `File descriptor ${fd} cannot be read; open it for this command, as in "3<file".`,
    );
  }
}

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
