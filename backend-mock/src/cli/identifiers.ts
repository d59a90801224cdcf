/** Thumbprints (43 characters) and credential ids (22 and more) are base64url, and one in 64 begins with a hyphen. */
const IDENTIFIER = /^-[A-Za-z0-9_-]{21,}$/;

/**
 * Puts identifiers that look like an option behind `--`, where nothing is taken for one. No option is that long without
 * an equals sign.
 */
export function withIdentifiersLast(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  const options = end === -1 ? argv : argv.slice(0, end);
  const rest = end === -1 ? [] : argv.slice(end + 1);
  const identifiers = options.filter((argument) => IDENTIFIER.test(argument));
  if (identifiers.length === 0) return [...argv];
  return [...options.filter((argument) => !IDENTIFIER.test(argument)), '--', ...identifiers, ...rest];
}
