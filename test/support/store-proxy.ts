import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a backend and its PostgreSQL, and does to their connections what networks and servers do. */
export interface StoreProxy {
  /** The address of a database, by way of this proxy. */
  through(url: string): string;
  /** Adds so many milliseconds to every round trip from now on. */
  delay(milliseconds: number): void;
  /**
   * Loses the answers to the next so many COMMITs: the server has done them, and the connection ends in place of saying
   * so.
   *
   * @returns how many were lost so far.
   */
  loseCommitAnswers(count: number): () => number;
  /** Nothing passes any more in either direction, and nothing ends either. */
  holdStill(): void;
  /** Ends {@link holdStill}: what waited passes. */
  goOn(): void;
  /** Ends every connection that is open; new ones are taken. */
  cut(): void;
  stop(): Promise<void>;
}

/** @param url of any database of the server to stand before. */
export async function startStoreProxy(url: string): Promise<StoreProxy> {
  const { hostname, port } = new URL(url);
  const faults = { delayMs: 0, toLose: 0, lost: 0, gate: Promise.resolve(), open: (): void => undefined };
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port), noDelay: true });
    near.setNoDelay(true);
    const end = (): void => {
      for (const socket of [near, far]) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      // Its end is all that an error means here.
      socket.on('error', () => undefined);
      socket.once('close', end);
    }
    const losesCommit = commitFinder();
    const inOrder = (to: Socket): ((work: () => unknown, afterMs: number) => void) => {
      let last: Promise<unknown> = Promise.resolve();
      return (work, afterMs) => {
        const due = new Promise<void>((resolve) => {
          if (afterMs === 0) resolve();
          else setTimeout(resolve, afterMs).unref();
        });
        last = Promise.all([last, due])
          .then(() => faults.gate)
          .then(() => (to.destroyed ? undefined : work()))
          .catch(end);
      };
    };
    const toFar = inOrder(far);
    const toNear = inOrder(near);
    near.on('data', (chunk) => toFar(() => far.write(chunk), faults.delayMs));
    far.on('data', (chunk) => {
      const commits = losesCommit(chunk);
      toNear(() => {
        if (commits === 0 || faults.toLose === 0) return near.write(chunk);
        faults.toLose -= 1;
        faults.lost += 1;
        return end();
      }, 0);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    through(address) {
      const through = new URL(address);
      through.hostname = '127.0.0.1';
      through.port = String(own);
      return through.href;
    },
    delay(milliseconds) {
      faults.delayMs = milliseconds;
    },
    loseCommitAnswers(count) {
      faults.toLose = count;
      faults.lost = 0;
      return () => faults.lost;
    },
    holdStill() {
      const { promise, resolve } = Promise.withResolvers<void>();
      faults.gate = promise;
      faults.open = resolve;
    },
    goOn: () => faults.open(),
    cut,
    async stop() {
      faults.open();
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

const COMMAND_COMPLETE = 'C'.charCodeAt(0);
const HEAD_BYTES = 5;

/**
 * Reads what a server sends as messages (PostgreSQL's manual, "Message Flow": one byte of type, four of length that count
 * themselves), however it is cut into pieces.
 *
 * @returns a function that tells how many COMMITs a further piece says are done.
 */
function commitFinder(): (chunk: Buffer) => number {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    let commits = 0;
    while (rest.length >= HEAD_BYTES) {
      const end = 1 + rest.readUInt32BE(1);
      if (rest.length < end) break;
      if (rest[0] === COMMAND_COMPLETE && rest.toString('latin1', HEAD_BYTES, end - 1) === 'COMMIT') commits += 1;
      rest = rest.subarray(end);
    }
    return commits;
  };
}
