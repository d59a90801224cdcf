import { profileOf } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { formatToken, generateSeed, keyThumbprint, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import { expectCaught, startBrokenLab, type Fault } from './broken.ts';
import { mintClient } from './clients.ts';
import type { Lab, WirePerson } from './lab.ts';
import { enrol } from './plans-and-people.ts';
import { seedRecords } from './valid-calls.ts';
import { WireClient, type RequestOptions, type WireReply } from './wire-client.ts';

/** A call of one tool, with the limits of the calls before forgotten. */
type CallTool = (path: string, args: JsonObject, options?: RequestOptions) => Promise<WireReply>;

export interface SharedClient {
  readonly clientId: string;
  /** The person `owner`, to whom the client id was given when it was minted. */
  readonly owner: CallTool;
  readonly bob: CallTool;
  /** Both, as they are: whose the client is has to be seen to. */
  readonly wires: { readonly owner: WireClient; readonly bob: WireClient };
}

/**
 * One client id with a token for each of two owners, written to the rows as minting refuses to: for each call the client
 * is made that caller's, so that nothing but the pair of client and owner keeps them apart.
 */
export async function shareClient(lab: Lab, clientId: string): Promise<SharedClient> {
  const { db } = lab.backend.database;
  const owners = await mintClient(lab, clientId);
  const row = await db.selectFrom('api_tokens').selectAll().where('keyid', '=', owners.keyid).executeTakeFirstOrThrow();
  const { key, keyid, token } = newKey(lab, clientId);
  await db
    .insertInto('api_tokens')
    .values({ ...row, keyid, public_x: publicJwk(key).x, owner_id: 'p_bob' })
    .execute();
  const callAs =
    (wire: WireClient, ownerId: string): CallTool =>
    async (path, args, options) => {
      await db.deleteFrom('limits').execute();
      await db.updateTable('clients').set({ owner_id: ownerId }).where('client_id', '=', clientId).execute();
      return wire.call(path, args, options);
    };
  const bobs = new WireClient(lab.backend.backendUrl, token);
  return {
    clientId,
    owner: callAs(owners, row.owner_id),
    bob: callAs(bobs, 'p_bob'),
    wires: { owner: owners, bob: bobs },
  };
}

function newKey(lab: Lab, clientId: string) {
  if (!profileOf(clientId)) throw new Error(`No server is called as ${clientId} begins.`);
  const seed = generateSeed();
  const key = privateKeyFromSeed(seed);
  const token = formatToken({ environment: lab.backend.environment, clientId, seed });
  return { key, keyid: keyThumbprint(publicJwk(key)), token };
}

const SERVERS = ['blog-publisher', 'crm-reader', 'ticket-handler'] as const;
export const CONTEXTS = { blog: 'blog-publisher', crm: 'crm-reader', tickets: 'ticket-handler' } as const;

/** Two people whose agents have the same client ids, on one backend. */
export interface Scene {
  readonly lab: Lab;
  readonly bob: WirePerson;
  readonly clients: Readonly<Record<(typeof SERVERS)[number], SharedClient>>;
}

export async function setScene(lab: Lab): Promise<Scene> {
  await seedRecords(lab);
  const bob = await enrol(lab, 'bob', ['owner']);
  const shared = await Promise.all(SERVERS.map((server) => shareClient(lab, `${server}-shared`)));
  const [blog, crm, tickets] = shared as [SharedClient, SharedClient, SharedClient];
  return { lab, bob, clients: { 'blog-publisher': blog, 'crm-reader': crm, 'ticket-handler': tickets } };
}

/** Runs the same where the product has one fault, on which it has to fail. */
export const expectCaughtIn = async (fault: Fault, assertion: (broken: Scene) => Promise<unknown>): Promise<void> => {
  const lab = await startBrokenLab(fault);
  try {
    const broken = await setScene(lab);
    await expectCaught(() => assertion(broken));
  } finally {
    await lab.stop();
  }
};

/** The id of the person `owner`. */
export const ownerOf = async (lab: Lab): Promise<string> =>
  (
    await lab.backend.database.db
      .selectFrom('people')
      .select('id')
      .where('name', '=', 'owner')
      .executeTakeFirstOrThrow()
  ).id;
