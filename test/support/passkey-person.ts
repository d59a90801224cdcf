import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@narrow-deputies/contracts';
import { sha256Hex } from '@narrow-deputies/signing';
import { SoftAuthenticator, type Lies } from '../../backend-mock/test/support/soft-authenticator.ts';
import type { Lab } from './lab.ts';
import { send, type WireReply } from './wire-client.ts';

/** What an act was asked for with, and what answers it. */
export interface AskedAct {
  readonly action: string;
  readonly arguments: JsonObject;
  readonly nonce: string;
  readonly challenge: string;
}

/** Sends what one of the console's pages would send. */
export const post = (lab: Lab, path: string, body: JsonObject, headers: readonly [string, string][] = []) =>
  send({
    method: 'POST',
    url: `${lab.backend.consoleUrl}${path}`,
    headers: [['origin', lab.backend.consoleUrl], ['content-type', 'application/json'], ...headers],
    body: Buffer.from(JSON.stringify(body)),
  });

export const get = (lab: Lab, path: string, headers: readonly [string, string][] = []): Promise<WireReply> =>
  send({ method: 'GET', url: `${lab.backend.consoleUrl}${path}`, headers: [...headers], body: Buffer.alloc(0) });

/** Attempts are counted by address, which all of a test's people share. */
const forgetAttempts = (lab: Lab): Promise<unknown> => lab.backend.database.db.deleteFrom('limits').execute();

/** Somebody with a passkey and a browser that is signed in, without either. */
export class PasskeyPerson {
  readonly lab: Lab;
  readonly name: string;
  readonly passkey: SoftAuthenticator;
  cookie = '';
  csrf = '';

  private constructor(lab: Lab, name: string) {
    this.lab = lab;
    this.name = name;
    this.passkey = new SoftAuthenticator(lab.backend.consoleUrl);
  }

  /** Invites and enrols somebody, and signs them in. A name that is known gets one more passkey. */
  static async enrol(lab: Lab, name: string, roles: readonly string[]): Promise<PasskeyPerson> {
    const secret = randomBytes(32).toString('base64url');
    const args = { name, roles: [...roles], secretDigest: sha256Hex(secret) };
    expectDone(await lab.people.owner.call('invite', args));
    return PasskeyPerson.accept(lab, name, secret);
  }

  /** Opens a link, enrols and signs in. */
  static async accept(lab: Lab, name: string, secret: string): Promise<PasskeyPerson> {
    await forgetAttempts(lab);
    const person = new PasskeyPerson(lab, name);
    const { json } = expectDone(await post(lab, '/enrolment/options', { secret }));
    const response = person.passkey.create(challengeIn(json)) as unknown as JsonObject;
    expectDone(await post(lab, '/enrolment', { secret, nonce: String(json['nonce']), label: 'Phone', response }));
    await person.signIn();
    return person;
  }

  async signIn(): Promise<void> {
    await forgetAttempts(this.lab);
    const { json } = expectDone(await post(this.lab, '/session/options', {}));
    const response = this.passkey.get(challengeIn(json)) as unknown as JsonObject;
    const { headers } = expectDone(await post(this.lab, '/session', { nonce: String(json['nonce']), response }));
    this.cookie = String(headers['set-cookie']).split(';')[0] ?? '';
    const { text } = await get(this.lab, '/waiting', [['cookie', this.cookie]]);
    this.csrf = /name="csrf" content="([^"]+)"/.exec(text)?.[1] ?? '';
  }

  get browser(): readonly [string, string][] {
    return [
      ['cookie', this.cookie],
      ['x-csrf-token', this.csrf],
    ];
  }

  /** Asks what to sign. */
  async ask(action: string, args: JsonObject): Promise<AskedAct> {
    const { json } = expectDone(await post(this.lab, '/acts/options', { action, arguments: args }, this.browser));
    return { action, arguments: args, nonce: String(json['nonce']), challenge: challengeIn(json) };
  }

  /** Sends an act with an assertion; without one it is made over what was asked. */
  async answer({ action, arguments: args, nonce, challenge }: AskedAct, lies: Lies = {}): Promise<WireReply> {
    const response = this.passkey.get(challenge, lies) as unknown as JsonObject;
    return this.send({ action, arguments: args, nonce, response });
  }

  send(body: JsonObject): Promise<WireReply> {
    return post(this.lab, '/acts', body, this.browser);
  }

  async act(action: string, args: JsonObject): Promise<WireReply> {
    return this.answer(await this.ask(action, args));
  }

  /** Decides on exactly what the backend shows of a plan. */
  async decide(
    action: 'approve' | 'approve_and_apply' | 'reject',
    planId: string,
    reason?: string,
  ): Promise<WireReply> {
    return this.act(action, {
      ...(await shownOf(this.lab, planId)),
      decision: action === 'reject' ? 'reject' : 'approve',
      ...(reason !== undefined && { reason }),
    });
  }
}

/** What a decision on a plan names. Looking at it here leaves no entry. */
export async function shownOf(lab: Lab, planId: string): Promise<JsonObject> {
  const plan = await lab.backend.database.db
    .selectFrom('plans')
    .select(['digest', 'shown_digest'])
    .where('id', '=', planId)
    .executeTakeFirstOrThrow();
  return { planId, planDigest: plan.digest, shownDigest: plan.shown_digest };
}

const challengeIn = (json: JsonObject): string => String((json['publicKey'] as JsonObject)['challenge']);

function expectDone(reply: WireReply): WireReply {
  if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
  return reply;
}
