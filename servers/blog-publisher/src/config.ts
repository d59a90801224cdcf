import { realpathSync, statSync } from 'node:fs';
import { exportWish, type ExportWish } from '@narrow-deputies/server-kit';
import { parseToken, type ApiToken, type TokenFault } from '@narrow-deputies/signing';
import { NAME } from './version.ts';

export interface Config {
  readonly token: ApiToken;
  /** Origin without a trailing slash. */
  readonly backendUrl: string;
  /** What the standard `OTEL_*` variables ask for. */
  readonly telemetry: ExportWish;
  /** Absolute, without symbolic links. */
  readonly draftsRoot: string;
}

/** The configuration, or every fault in it, in words for the person who wrote it. No value is repeated. */
export type ConfigResult = { ok: true; config: Config } | { ok: false; faults: string[] };

type Environment = Record<string, string | undefined>;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const TOKEN_FAULTS: Record<TokenFault, string> = {
  encrypted:
    'DEPUTY_TOKEN is still encrypted: the host passed it on without decrypting it. Enter the token again there.',
  shape: 'DEPUTY_TOKEN is not an API token (deputy_<environment>_<client>_<72 hex digits>).',
  crc: 'DEPUTY_TOKEN has a typing error or was cut off: its checksum does not match.',
};

/** Reads the environment, the only place that does, and takes the token out of it. */
export function readConfig(environment: Environment = process.env): ConfigResult {
  const faults: string[] = [];
  const check = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigFault)) throw error;
      faults.push(error.message);
      return undefined;
    }
  };
  const token = check(() => readToken(environment));
  const backendUrl = check(() => readBackendUrl(environment));
  const draftsRoot = check(() => readDraftsRoot(environment));
  delete environment['DEPUTY_TOKEN'];
  const telemetry = exportWish(environment);
  if (token === undefined || backendUrl === undefined || draftsRoot === undefined) return { ok: false, faults };
  return { ok: true, config: { token, backendUrl, telemetry, draftsRoot } };
}

class ConfigFault extends Error {}

function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new ConfigFault(`${name} is not set.`);
  return value;
}

function readToken(environment: Environment): ApiToken {
  const result = parseToken(required(environment, 'DEPUTY_TOKEN'));
  if (!result.ok) throw new ConfigFault(TOKEN_FAULTS[result.fault]);
  const { clientId } = result.token;
  if (clientId !== NAME && !clientId.startsWith(`${NAME}-`)) {
    throw new ConfigFault(`DEPUTY_TOKEN belongs to another server; this one is ${NAME}.`);
  }
  return result.token;
}

function readBackendUrl(environment: Environment): string {
  const value = required(environment, 'DEPUTY_BACKEND_URL');
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new ConfigFault('DEPUTY_BACKEND_URL is not a http or https address.');
  }
  if (value.endsWith('/')) throw new ConfigFault('DEPUTY_BACKEND_URL must not end in a slash.');
  if (url.origin !== value) throw new ConfigFault('DEPUTY_BACKEND_URL is an origin only: scheme, host and port.');
  if (url.protocol !== 'https:' && !LOOPBACK.test(url.hostname)) {
    throw new ConfigFault('DEPUTY_BACKEND_URL has to use https, unless its host is this machine (loopback).');
  }
  return value;
}

function readDraftsRoot(environment: Environment): string {
  const value = required(environment, 'BLOG_DRAFTS_DIR');
  let root: string;
  let isFolder: boolean;
  try {
    // The native call needs no right to look at the folders above, which a restricted launch does not give.
    root = realpathSync.native(value);
    isFolder = statSync(root).isDirectory();
  } catch {
    throw new ConfigFault(
      'BLOG_DRAFTS_DIR does not exist or cannot be read; name the folder itself, not a link to it.',
    );
  }
  if (!isFolder) throw new ConfigFault('BLOG_DRAFTS_DIR is not a folder.');
  return root;
}
