import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { sha256Hex } from '@narrow-deputies/signing';
import { insertInvitation } from '../../backend-mock/src/people/invitations/invitations-repository.ts';
import { insertPerson, type PersonRole } from '../../backend-mock/src/people/people-repository.ts';
import { SoftAuthenticator } from '../../backend-mock/test/support/soft-authenticator.ts';
import { ConsoleClient } from './console-client.ts';
import { CONSOLE_URL, type Place } from './environments.ts';
import { shownOf } from './passkey-person.ts';
import { LIST, NOTHING } from './refused.ts';

/** An act that its person has confirmed, as the console's page sends it. */
export interface Confirmed extends JsonObject {
  readonly action: string;
  readonly arguments: JsonObject;
  readonly nonce: string;
  readonly response: JsonObject;
}

/**
 * Somebody who is the same in every environment, as nobody should be: one authenticator, one name for all consoles, one
 * pseudonymous id.
 */
export class SamePerson {
  readonly id: string;
  readonly #name: string;
  readonly #roles: readonly PersonRole[];
  readonly passkey = new SoftAuthenticator(CONSOLE_URL);
  readonly #consoles = new Map<Place, ConsoleClient>();

  constructor(name: string, roles: readonly PersonRole[]) {
    this.id = `p_${name}`;
    this.#name = name;
    this.#roles = roles;
  }

  /** Enrols the person there, and signs them in. */
  async join(place: Place): Promise<void> {
    const { database } = place.lab.backend;
    const secret = randomBytes(32).toString('base64url');
    const now = Date.now();
    const [name, roles] = [this.#name, this.#roles];
    await database.transaction(async (tx) => {
      await insertPerson(tx, { id: this.id, name, roles, state: 'active' }, now);
      await insertInvitation(tx, {
        id: randomUUID(),
        secretDigest: sha256Hex(secret),
        name,
        roles,
        invitedBy: null,
        createdAt: now,
        expiresAt: now + 60_000,
        usedAt: null,
      });
    });
    const client = new ConsoleClient(CONSOLE_URL, place.consoleAddress, this.passkey);
    await client.accept(secret);
    expect((await client.signIn()).status).toBe(200);
    this.#consoles.set(place, client);
  }

  /** Their browser there. */
  at(place: Place): ConsoleClient {
    const client = this.#consoles.get(place);
    if (!client) throw new Error(`${this.#name} is not enrolled in ${place.environment}.`);
    return client;
  }

  /** Asks one place for an act, and confirms it, but does not send it. */
  async confirm(place: Place, action: string, args: JsonObject): Promise<Confirmed> {
    const { json } = await this.at(place).post('/acts/options', { action, arguments: args });
    const challenge = String((json['publicKey'] as JsonObject)['challenge']);
    const response = this.passkey.get(challenge) as unknown as JsonObject;
    return { action, arguments: args, nonce: String(json['nonce']), response };
  }
}

export const owner = new SamePerson('anna', ['owner', 'administrator']);
export const reviewer = new SamePerson('ben', ['reviewer']);

/** The same two people; the agents act for the first one. */
export async function populate(place: Place): Promise<void> {
  for (const person of [owner, reviewer]) await person.join(place);
  const { db } = place.lab.backend.database;
  await db.updateTable('api_tokens').set({ owner_id: owner.id }).execute();
  await db.updateTable('clients').set({ owner_id: owner.id }).execute();
  // Its grant names the owner before; a call now leaves one entry again, without one for its grant.
  place.lab.wire.forgetGrant();
  await place.lab.wire.call(LIST, NOTHING);
}

/** Who decides on a plan, by its level. */
export async function deciderOf({ lab }: Place, planId: string): Promise<SamePerson> {
  const { db } = lab.backend.database;
  const row = await db.selectFrom('plans').select('decision').where('id', '=', planId).executeTakeFirstOrThrow();
  return (JSON.parse(row.decision) as JsonObject)['approval'] === 'owner' ? owner : reviewer;
}

/** What somebody signs who approves a plan. */
export const approvalOf = async ({ lab }: Place, planId: string): Promise<JsonObject> => ({
  ...(await shownOf(lab, planId)),
  decision: 'approve',
});
