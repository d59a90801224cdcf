/** `warn` works, but deserves a look; only `fail` makes the command fail. */
export type Status = 'ok' | 'warn' | 'fail';

/** What one check found, in words for a person. */
export interface Finding {
  /** Stable within one version; a server's own checks begin with its name: `blog-publisher: token`. */
  readonly name: string;
  readonly status: Status;
  readonly found: string;
  /** What to do; absent when there is nothing to do. */
  readonly advice?: string;
}

/** Whatever looks like a token, or like a passphrase in an address, wherever it stands. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/deputy_[a-z]+_[a-z0-9-]+_[0-9a-zA-Z]*/g, 'deputy_…'],
  [/__encrypted__:\S*/g, '__encrypted__:…'],
  [/\/\/[^/\s@]*@/g, '//…@'],
];

/** A value may have landed in the wrong variable: what is quoted never carries a secret. */
const withoutSecrets = (text: string): string =>
  SECRETS.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), text);

const finding = (name: string, status: Status, found: string, advice?: string): Finding => ({
  name,
  status,
  found: withoutSecrets(found),
  ...(advice !== undefined && { advice: withoutSecrets(advice) }),
});

export const ok = (name: string, found: string): Finding => finding(name, 'ok', found);
export const warn = (name: string, found: string, advice: string): Finding => finding(name, 'warn', found, advice);
export const fail = (name: string, found: string, advice: string): Finding => finding(name, 'fail', found, advice);
