import { readFile } from 'node:fs/promises';
import { errorCode } from '../../../common/error-code.ts';
import { Failure } from '../../failure.ts';
import { note } from '../../output.ts';

export const KEY_OPTION = '--key <file|key>';
export const KEY_HELP = "the log's verifier key, kept elsewhere: itself, or a file that holds it";

/** `<name>+<id>+<base64>`: no path of a file that anybody keeps a key in looks like that. */
const IS_KEY = /^[^\s+]+\+[0-9a-f]{8}\+\S+$/;

/** Reads a file that an option names. @throws Failure */
export async function readGiven(file: string, what: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new Failure('unusable_file', `${what} ${file} cannot be read (${errorCode(error) ?? 'it is no file'}).`);
  }
}

/** The key that `--key` names; without one, says loudly what is not proved then. */
export async function trustedKey(given: string | undefined, whose: string): Promise<string | undefined> {
  if (given !== undefined) return IS_KEY.test(given) ? given : (await readGiven(given, 'The key')).toString('utf8');
  note(
    `ATTENTION: without --key the key comes from ${whose} itself. That shows that it is whole,`,
    'not that it is yours: whoever makes a log of their own signs it with a key of their own.',
  );
  return undefined;
}
