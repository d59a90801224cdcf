import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { boundConnections, sharesOf } from '../../src/start/connections.ts';

const MOST = 8;

/** How many connections a server has open after many came that say nothing, and what one that asks is answered. */
async function held(bound: (server: Server) => void): Promise<{ open: number; answer: number }> {
  const server = createServer((_request, response) => response.end('here'));
  bound(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets: Socket[] = [];
  try {
    for (let count = 0; count < 3 * MOST; count++) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      sockets.push(socket);
      await Promise.all([once(socket, 'connect'), once(server, 'connection')]);
    }
    const { status } = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
    const open = await new Promise<number>((resolve, reject) => {
      server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
    return { open, answer: status };
  } finally {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  }
}

describe('connections that say nothing [desk.connections]', () => {
  test('make room for whoever asks', async () => {
    const { open, answer } = await held((server) => boundConnections(server, MOST));
    expect(answer).toBe(200);
    expect(open).toBeLessThanOrEqual(MOST);
  });

  test('are kept without a bound [check.twins]', async () => {
    expect((await held(() => undefined)).open).toBeGreaterThan(MOST);
  });
});

test.each([1024, 4096, 65_536, undefined])('people keep their share of %p files [desk.connections]', (files) => {
  const { agents, people } = sharesOf(files);
  expect(people).toBeGreaterThanOrEqual(16);
  expect(agents + people).toBeLessThan(files ?? Infinity);
});
