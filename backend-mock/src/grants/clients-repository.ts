import type { Tx } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import type { Principal } from '../principal/principal.ts';

/** To whom a client id belongs, and which role it plays: for good. */
export interface Client extends Principal {
  readonly agent: string;
}

const toClient = (row: Tables['clients']): Client => ({
  clientId: row.client_id,
  ownerId: row.owner_id,
  agent: row.agent,
});

export async function findClient(tx: Tx, clientId: string): Promise<Client | undefined> {
  const row = await tx.selectFrom('clients').selectAll().where('client_id', '=', clientId).executeTakeFirst();
  return row && toClient(row);
}

export async function listClients(tx: Tx): Promise<Client[]> {
  return (await tx.selectFrom('clients').selectAll().orderBy('client_id').execute()).map(toClient);
}

/**
 * Takes a client id, or finds it taken by the same owner for the same agent.
 *
 * @param now milliseconds.
 * @returns false where it is another's.
 */
export async function claimClient(tx: Tx, { clientId, ownerId, agent }: Client, now: number): Promise<boolean> {
  await tx
    .insertInto('clients')
    .values({ client_id: clientId, owner_id: ownerId, agent, created_at: now })
    .onConflict((conflict) => conflict.column('client_id').doNothing())
    .execute();
  const holder = await findClient(tx, clientId);
  return holder?.ownerId === ownerId && holder.agent === agent;
}
