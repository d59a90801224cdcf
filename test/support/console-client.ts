import { createHash, randomBytes } from 'node:crypto';
import type { JsonObject } from '@narrow-deputies/contracts';
import { SoftAuthenticator } from '../../backend-mock/test/support/soft-authenticator.ts';
import type { Lab } from './lab.ts';
import { send, type WireReply } from './wire-client.ts';

/** Headers that replace those of a good request; null leaves one out. */
export type Differs = Readonly<Record<string, string | null>>;

/** Somebody at the console without a browser: it sends what one of the console's own pages would, unless told otherwise. */
export class ConsoleClient {
  /** The public origin. */
  readonly origin: string;
  readonly passkey: SoftAuthenticator;
  cookie: string | undefined;
  csrf: string | undefined;
  readonly #address: string;

  /** @param address where the port really is, when the public origin is a proxy's. */
  constructor(origin: string, address = origin, passkey = new SoftAuthenticator(origin)) {
    this.origin = origin;
    this.#address = address;
    this.passkey = passkey;
  }

  get host(): string {
    return new URL(this.origin).host;
  }

  async request(method: string, path: string, headers: Differs, body: Buffer = Buffer.alloc(0)): Promise<WireReply> {
    const given = { host: this.host, cookie: this.cookie ?? null, ...headers };
    const present = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== null);
    return send({ method, url: `${this.#address}${path}`, headers: present, body });
  }

  get(path: string, differs: Differs = {}): Promise<WireReply> {
    return this.request('GET', path, differs);
  }

  /** As a script of our own page would. */
  post(path: string, body: object | Buffer, differs: Differs = {}): Promise<WireReply> {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const headers = {
      origin: this.origin,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/json',
      'x-csrf-token': this.csrf ?? null,
      ...differs,
    };
    return this.request('POST', path, headers, bytes);
  }

  /** Enrols this client's passkey by a link that the lab's administrator makes. */
  async enrol(lab: Lab, name: string, roles: readonly string[]): Promise<void> {
    await lab.backend.database.db.deleteFrom('limits').execute();
    const secret = randomBytes(32).toString('base64url');
    const secretDigest = createHash('sha256').update(secret).digest('hex');
    await lab.people.owner.call('invite', { name, roles: [...roles], secretDigest });
    await this.accept(secret);
  }

  /** Enrols this client's passkey by a link. */
  async accept(secret: string): Promise<void> {
    const { json } = await this.post('/enrolment/options', { secret });
    const response = this.passkey.create(challengeIn(json));
    const reply = await this.post('/enrolment', {
      secret,
      nonce: nonceIn(json),
      label: 'test',
      response,
    });
    requireDone(reply);
  }

  /** Signs in with the passkey, and reads the page's token. */
  async signIn(): Promise<WireReply> {
    const { json } = await this.post('/session/options', {});
    const response = this.passkey.get(challengeIn(json));
    const reply = await this.post('/session', { nonce: nonceIn(json), response });
    const set = [reply.headers['set-cookie'] ?? []].flat();
    this.cookie = set[0]?.split(';')[0];
    if (this.cookie !== undefined) await this.readToken();
    return reply;
  }

  async readToken(): Promise<void> {
    const { text } = await this.get('/waiting');
    this.csrf = /<meta name="csrf" content="([^"]+)"/.exec(text)?.[1];
  }

  /** Asks for one act and confirms it. */
  async act(action: string, args: JsonObject): Promise<WireReply> {
    const asked = await this.post('/acts/options', { action, arguments: args });
    if (asked.status !== 200) return asked;
    const response = this.passkey.get(challengeIn(asked.json));
    return this.post('/acts', { action, arguments: args, nonce: nonceIn(asked.json), response });
  }
}

function requireDone({ status, text }: WireReply): void {
  if (status !== 200) throw new Error(`${status} ${text}`);
}

const challengeIn = (json: JsonObject): string => String((json['publicKey'] as JsonObject)['challenge']);
const nonceIn = (json: JsonObject): string => String(json['nonce']);

/** Somebody who is enrolled and signed in. */
export async function signedIn(lab: Lab, name: string, roles: readonly string[]): Promise<ConsoleClient> {
  const client = new ConsoleClient(lab.backend.consoleUrl);
  await client.enrol(lab, name, roles);
  requireDone(await client.signIn());
  if (client.csrf === undefined) throw new Error('The page has no token.');
  return client;
}
