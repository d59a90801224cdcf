import { hostname, userInfo } from 'node:os';
import type { Call } from '@narrow-deputies/server-kit';
import { NAME, VERSION } from './version.ts';

/** What an RFC 9110 token may hold, without the characters that give a user agent its shape; 64 characters are plenty. */
const token = (text: string): string => text.replaceAll(/[^A-Za-z0-9._+-]/g, '-').slice(0, 64) || '-';

/**
 * `user-agent` (RFC 9110 section 10.1.5): server, OS user and host, MCP client. Self-reported and not signed: a help for
 * who reads the log, never an argument in a decision.
 */
export function userAgent(client: Call['client']): string {
  const host = `${NAME}/${VERSION} (${token(userName())}@${token(hostname())})`;
  return client === undefined ? host : `${host} ${token(client.name)}/${token(client.version)}`;
}

/** A container may run a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
