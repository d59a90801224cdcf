/**
 * What a line of the log may not say: no secret, no argument, no result, nobody's address. Errors of libraries quote what
 * they were given and carry it in fields of their own, so of an error only listed parts are written.
 */
export interface ErrorRecord {
  readonly type: string;
  readonly code?: string;
  /** Of a database: the name of the rule that was broken. */
  readonly constraint?: string;
  /** What stood in quotes is left out. */
  readonly message: string;
  /** Functions, file names and places; no folder, as folders bear people's names. */
  readonly stack: readonly string[];
  readonly cause?: ErrorRecord;
}

const HIDDEN = '[redacted]';
const MESSAGE_MAX_CHARACTERS = 300;
const FRAMES_MAX = 12;
const CAUSES_MAX = 3;

/** Whatever is written under one of these names is hidden, at the top of a line and two levels below. */
export const HIDDEN_KEYS = [
  'accessToken',
  'arguments',
  'assertion',
  'authorization',
  'body',
  'client_assertion',
  'content',
  'cookie',
  'email',
  'grant',
  'headers',
  'passphrase',
  'password',
  'privateKey',
  'result',
  'secret',
  'seed',
  'session',
  'set-cookie',
  'signature',
  'signature-input',
  'token',
] as const;

/** What is hidden wherever it stands. */
const HIDDEN_TEXTS: readonly RegExp[] = [
  // An API token, and the seed alone.
  /deputy_[a-z]+_[a-z0-9-]+_[0-9a-f]+/g,
  /\b[0-9a-f]{64,}\b/g,
  // A grant or another JWT.
  /\beyJ[\w-]{8,}(?:\.[\w-]+)*/g,
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]+/gi,
  // RFC 9421.
  /\bsig=:[A-Za-z0-9+/=]+:/g,
  /-----BEGIN [^"]*/g,
  // User and password of an address.
  /(?<=\/\/)[^\s/"@]+@/g,
  /[^\s"<>@(),;:\\]+@[^\s"<>@(),;:\\]+\.[a-z]{2,}/gi,
];

/** A line without what is hidden wherever it stands. */
export const withoutSecrets = (line: string): string =>
  HIDDEN_TEXTS.reduce((text, hidden) => text.replace(hidden, HIDDEN), line);

/** The parts of an error that are written. */
export function errorRecord(error: unknown, depth = 0): ErrorRecord {
  if (!isError(error)) return { type: typeof error, message: '', stack: [] };
  const { name, message, stack, code, constraint, cause } = error;
  return {
    type: String(name),
    ...(isWord(code) && { code }),
    ...(isWord(constraint) && { constraint }),
    message: withoutQuoted(message).slice(0, MESSAGE_MAX_CHARACTERS),
    stack: framesOf(stack, message),
    ...(cause !== undefined && depth < CAUSES_MAX && { cause: errorRecord(cause, depth + 1) }),
  };
}

interface AnyError {
  readonly name: unknown;
  readonly message: string;
  readonly stack: unknown;
  readonly code: unknown;
  readonly constraint: unknown;
  readonly cause: unknown;
}

const isError = (error: unknown): error is AnyError =>
  typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';

const isWord = (value: unknown): value is string => typeof value === 'string' && /^\w{1,64}$/.test(value);

/** From the first quote to the last of its kind: what is quoted may hold quotes itself. */
const withoutQuoted = (message: string): string =>
  message
    .replace(/".*"/gs, '"…"')
    .replace(/`.*`/gs, '`…`')
    .replace(/(?<!\w)'.*'(?!\w)/gs, "'…'");

function framesOf(stack: unknown, message: string): string[] {
  if (typeof stack !== 'string') return [];
  // The message comes first, and may look like frames.
  const frames = stack.slice(stack.indexOf(message) + message.length).split('\n');
  return frames
    .filter((line) => /^\s+at /.test(line))
    .slice(0, FRAMES_MAX)
    .map((line) => withoutFolder(line.trim()));
}

const withoutFolder = (frame: string): string =>
  frame.includes('(') ? frame.replace(/\(.*[\\/]/, '(') : frame.replace(/^at (async )?.*[\\/]/, 'at $1');

/** How pino keeps to all of this. */
export const REDACTION = {
  redact: {
    paths: HIDDEN_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]),
    censor: HIDDEN,
  },
  serializers: { err: (error: unknown): ErrorRecord => errorRecord(error) },
  hooks: { streamWrite: withoutSecrets },
};
