import { Agent, request as httpRequest } from 'node:http';
import type { WireRequest } from './wire-client.ts';

/**
 * Sends many requests, so many at once, over connections that are kept.
 *
 * @returns how often each status was answered.
 */
export async function burst(requests: readonly WireRequest[], atOnce: number): Promise<Map<number, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const statuses = new Map<number, number>();
  const queue = requests.values();
  const work = async (): Promise<void> => {
    for (const wire of queue) {
      const status = await sendOn(agent, wire);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    agent.destroy();
  }
  return statuses;
}

function sendOn(agent: Agent, wire: WireRequest): Promise<number> {
  const url = new URL(wire.url);
  const headers = [...wire.headers.flat(), 'host', url.host, 'content-length', String(wire.body.byteLength)];
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { agent, host: url.hostname, port: url.port, method: wire.method, path: url.pathname, headers },
      (incoming) => {
        incoming.resume();
        incoming.on('error', reject);
        incoming.on('end', () => resolve(incoming.statusCode ?? 0));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(wire.body);
  });
}
