/** Commands as they stand in a text: to the end of the line or of the quotation; "…" belongs to them. */
const COMMANDS = /npm (?:run deputies -- |start -- )(?:"…"|[^"\n])+|npm start(?=["\n]|$)/g;

const PLAIN = /^[\w@%+=:,./\\-]+$/;

/** A word that a shell takes as one. */
const quoted = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/**
 * The same text, with `--home` behind each command of this product that it names, so that it works as it is printed.
 *
 * @param home undefined where commands find the home by themselves.
 */
export function namingHome(text: string, home: string | undefined): string {
  if (home === undefined) return text;
  return text.replace(
    COMMANDS,
    (command) => `${command}${command === 'npm start' ? ' --' : ''} --home ${quoted(home)}`,
  );
}
