import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '@narrow-deputies/contracts';
import { ConsoleClient } from '../support/console-client.ts';
import { Product } from '../support/product.ts';
import { WireClient } from '../support/wire-client.ts';

/** What stands against the people's port while it is measured. */
export type Burden = 'quiet' | 'drafts' | 'sockets' | 'streams';
export const BURDENS: readonly Burden[] = ['quiet', 'drafts', 'sockets', 'streams'];

/** Milliseconds of each press of the stop button and of each page, by what else goes on. */
export type DeskLatencies = Record<Burden, { readonly stop: number[]; readonly page: number[] }>;

const IDLE_SOCKETS = 1_100;
const STREAMS = 500;
const CALLS = 14;
/** The worst that a draft's bytes could once do to a renderer. */
const heavy = (turn: number): string => `---\ntitle: Heavy ${turn}\n---\n${'!['.repeat(19_000 + turn)}`;

async function timed(into: number[], work: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await work();
  into.push(performance.now() - started);
}

/** A person presses the stop button, takes it back, and looks at a page, again and again. */
async function press(person: ConsoleClient, rounds: number, into: DeskLatencies[Burden]): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    let stopped: JsonObject = {};
    await timed(into.stop, async () => {
      stopped = (await person.act('suspend', { kind: 'agent', target: 'lookup-agent' })).json;
    });
    if (stopped['suspensionId'] === undefined) throw new Error('The stop button did nothing.');
    const suspensionId = String(stopped['suspensionId']);
    await person.act('resume', { suspensionId, reason: 'Only measured.' });
    await timed(into.page, () => person.get('/waiting'));
  }
}

type Lift = () => Promise<void>;

let clients = 0;

/** As many plans at once as the limits of one client let through, each of another draft that is slow to make safe. */
async function withDrafts(product: Product): Promise<Lift> {
  const client = ['--client', `blog-publisher-${++clients}`];
  const minted = await product.deputiesJson<JsonObject>('token', 'mint', 'blog-publisher', ...client);
  const agent = new WireClient(product.ready.backendUrl, String(minted['token']));
  // One grant serves all that follows.
  await agent.call('/v1/blog/list_drafts', { drafts: [] });
  const plan = async (turn: number): Promise<void> => {
    const content = Buffer.from(heavy(clients * CALLS + turn)).toString('base64');
    await agent.call('/v1/blog/plan_publish_draft', { filename: `heavy-${turn}.md`, content });
  };
  const all = Promise.all(Array.from({ length: CALLS }, (_, turn) => plan(turn)));
  return async () => {
    await all;
  };
}

async function withSockets(origin: string, count: number, first: string): Promise<Lift> {
  const { hostname, port } = new URL(origin);
  const sockets: Socket[] = [];
  for (let opened = 0; opened < count; opened++) {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => undefined);
    if (first !== '') socket.write(first);
    sockets.push(socket);
  }
  await sleep(200);
  return () => {
    for (const socket of sockets) socket.destroy();
    return Promise.resolve();
  };
}

function lay(burden: Burden, product: Product, person: ConsoleClient): Promise<Lift> {
  const { backendUrl, consoleUrl } = product.ready;
  switch (burden) {
    case 'quiet':
      return Promise.resolve(() => Promise.resolve());
    case 'drafts':
      return withDrafts(product);
    case 'sockets':
      return withSockets(backendUrl, IDLE_SOCKETS, '');
    case 'streams': {
      const ask = `GET /events HTTP/1.1\r\nhost: ${new URL(consoleUrl).host}\r\ncookie: ${person.cookie ?? ''}\r\n\r\n`;
      return withSockets(consoleUrl, STREAMS, ask);
    }
  }
}

/**
 * Measures what a person at the console waits, quietly and under each burden in turn.
 *
 * @param rounds of each burden.
 */
export async function measureDesk(rounds: number): Promise<DeskLatencies> {
  const product = await Product.start();
  const found: DeskLatencies = {
    quiet: { stop: [], page: [] },
    drafts: { stop: [], page: [] },
    sockets: { stop: [], page: [] },
    streams: { stop: [], page: [] },
  };
  try {
    const roles = ['--role', 'owner,administrator'];
    const { url } = await product.deputiesJson<{ url: string }>('people', 'invite', 'owner', ...roles);
    const person = new ConsoleClient(product.ready.consoleUrl);
    await person.accept(new URL(url).hash.slice(1));
    await person.signIn();
    await press(person, 3, { stop: [], page: [] });
    // In short turns, so that a slow moment of the machine falls on all of them.
    for (let turn = 0; turn < 4; turn++) {
      for (const burden of BURDENS) {
        const lift = await lay(burden, product, person);
        await press(person, Math.ceil(rounds / 4), found[burden]);
        await lift();
      }
    }
    return found;
  } finally {
    await product.dispose();
  }
}
