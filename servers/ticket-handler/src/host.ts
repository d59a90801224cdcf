import { hostname, userInfo } from 'node:os';
import type { JsonObject } from '@narrow-deputies/contracts';
import type { Call } from '@narrow-deputies/server-kit';

const LENGTH_MAX = 100;
const short = (text: string): string => text.slice(0, LENGTH_MAX).toWellFormed();

/**
 * Where this process runs and which MCP host speaks to it. Sent with each request for a grant and kept in the audit log:
 * a help for who reads it, never an argument in a decision.
 */
export const hostOf = ({ client, protocolVersion }: Pick<Call, 'client' | 'protocolVersion'>): JsonObject => ({
  user: short(userName()),
  hostname: short(hostname()),
  ...(client && { mcpClient: short(client.name), mcpVersion: short(client.version) }),
  ...(protocolVersion !== undefined && { protocol: short(protocolVersion) }),
});

/** A container may run a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
