import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unlockKeyOf, type ServerEntry } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { WirePerson } from '../support/lab.ts';
import { PASSPHRASE, Product } from '../support/product.ts';
import { CALLS_OF_CLIENT, mintTokens } from './mint-tokens.ts';
import { OwnerPace } from './owner-pace.ts';
import { StdioPeer } from './stdio-peer.ts';

/** Milliseconds of each call, as a host sees them. */
export interface CallLatencies {
  /** list_drafts of an empty folder: signed, checked, recorded and committed to disk by the backend. */
  readonly secured: readonly number[];
  /** A call of the same server that its own wall refuses. */
  readonly local: readonly number[];
}

const WARM_UP = 2;
/** Milliseconds for the report of a refusal, which goes to the backend beside the answer and would delay the next call. */
const REPORT_TIME = 25;

/**
 * Boots the product and makes calls of both kinds in turn, one at a time, over as many clients as the limits ask for.
 *
 * @param calls - of each kind.
 * @throws Error when a call does not end as it should.
 */
export async function measureCalls(calls: number): Promise<CallLatencies> {
  const drafts = await realpath(await mkdtemp(join(tmpdir(), 'deputies-bench-drafts-')));
  const product = await Product.start({ drafts });
  const secured: number[] = [];
  const local: number[] = [];
  try {
    const { backendUrl, environment, servers } = product.ready;
    const { keyid, key } = await unlockKeyOf(join(product.folder, 'people'), 'owner', PASSPHRASE);
    const perClient = CALLS_OF_CLIENT - WARM_UP;
    const person = new WirePerson(backendUrl, keyid, key);
    const tokens = await mintTokens(person, environment, Math.ceil(calls / perClient));
    const entry = servers['blog-publisher'];
    if (entry === undefined) throw new Error('The ready file has no blog-publisher.');
    const pace = new OwnerPace();
    for (const { token, owner } of tokens) {
      const measured = Math.min(perClient, calls - secured.length);
      await pace.take(owner, WARM_UP + measured);
      await measureClient(entry, token, measured, { secured, local });
    }
    return { secured, local };
  } finally {
    await product.dispose();
    await rm(drafts, { recursive: true, force: true });
  }
}

async function measureClient(
  entry: ServerEntry,
  token: string,
  measured: number,
  into: { secured: number[]; local: number[] },
): Promise<void> {
  const peer = new StdioPeer({ ...entry, env: { ...entry.env, DEPUTY_TOKEN: token } });
  try {
    await peer.initialize();
    for (let count = -WARM_UP; count < measured; count += 1) {
      const secured = await timeCall(peer, { name: 'list_drafts', arguments: {} }, false);
      const local = await timeCall(peer, { name: 'plan_publish_draft', arguments: { filename: 'x' } }, true);
      if (count >= 0) {
        into.secured.push(secured);
        into.local.push(local);
      }
      await sleep(REPORT_TIME);
    }
  } finally {
    await peer.close();
  }
}

async function timeCall(peer: StdioPeer, call: JsonObject, refused: boolean): Promise<number> {
  const before = performance.now();
  const { isError = false, content } = await peer.request('tools/call', call);
  const time = performance.now() - before;
  if (isError !== refused) throw new Error(`${String(call['name'])} answered ${JSON.stringify(content)}`);
  return time;
}
