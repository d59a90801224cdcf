import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Kept for the store, log, ready file and whatever else this process opens. */
const FILES = 128;
/** Of the rest, what the agents' port may have; people have what is left, whatever agents do. */
const AGENTS_SHARE = 0.6;
const MOST = 4_096;
const LEAST = 16;

/** How many connections each port may have open. */
export interface ConnectionShares {
  readonly agents: number;
  readonly people: number;
}

/** @param openFiles how many this process may have open; undefined where that is not known. */
export function sharesOf(openFiles: number | undefined): ConnectionShares {
  const room = openFiles === undefined ? Infinity : openFiles - FILES;
  const share = (part: number): number => Math.max(LEAST, Math.min(MOST, Math.floor(room * part)));
  return { agents: share(AGENTS_SHARE), people: share(1 - AGENTS_SHARE) };
}

/** RLIMIT_NOFILE as it holds now (proc(5)); undefined where the system does not say, or knows no limit. */
export function openFilesLimit(): number | undefined {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/**
 * Bounds how many connections a server has open. One more ends the one that asks nothing for the longest time, so that
 * whoever comes with a request is served, however many others hold the line and say nothing.
 */
export function boundConnections(server: Server, most: number): void {
  const open = new Set<Socket>();
  /** The one that asks nothing for the longest time comes first. */
  const idle = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    idle.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      idle.delete(socket);
    });
    if (open.size <= most) return;
    const [longest = socket] = idle;
    open.delete(longest);
    idle.delete(longest);
    longest.destroy();
  });
  server.on('request', ({ socket }, response) => {
    idle.delete(socket);
    response.once('close', () => {
      if (open.has(socket)) idle.add(socket);
    });
  });
}
