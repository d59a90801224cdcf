import { randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ensureServerTokens,
  enrolWithKeys,
  SERVER_PROFILES,
  Settings,
  startBackend,
  unlockKeyOf,
  type RunningBackend,
} from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import {
  canonicalize,
  contentDigest,
  digestOfJson,
  generateSeed,
  keyThumbprint,
  PERSON_PROFILE,
  privateKeyFromSeed,
  publicJwk,
  signRequest,
} from '@narrow-deputies/signing';
import { send, WireClient, type WireReply, type WireRequest } from './wire-client.ts';
import { TEST_LOG_KEY } from '../../backend-mock/test/support/log-key.ts';

const PASSPHRASE = 'only for this temporary lab';

const givePassphrase = (): Promise<string> => Promise.resolve(PASSPHRASE);

/** A person with their key, on the wire. */
export class WirePerson {
  readonly backendUrl: string;
  readonly keyid: string;
  readonly key: KeyObject;
  readonly #address: string;

  /** @param address where the port really is, when the public origin is a proxy's. */
  constructor(backendUrl: string, keyid: string, key: KeyObject, address = backendUrl) {
    this.backendUrl = backendUrl;
    this.#address = address;
    this.keyid = keyid;
    this.key = key;
  }

  request(action: string, args: JsonObject, requestId: string = randomUUID()): WireRequest {
    const path = `/people/${action}`;
    const body = Buffer.from(canonicalize(args));
    const headers = {
      'content-type': 'application/json',
      'content-digest': contentDigest(body),
      'idempotency-key': `"${requestId}"`,
      traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
    };
    const created = Math.floor(Date.now() / 1000);
    const nonce = randomBytes(18).toString('base64url');
    const parameters = { created, expires: created + 30, nonce, keyid: this.keyid };
    const message = { method: 'POST', targetUri: `${this.backendUrl}${path}`, headers };
    const signature = signRequest(PERSON_PROFILE, message, parameters, this.key);
    return {
      method: 'POST',
      url: `${this.#address}${path}`,
      headers: Object.entries({ ...headers, ...signature }),
      body,
    };
  }

  async call(action: string, args: JsonObject, requestId?: string): Promise<WireReply> {
    return send(this.request(action, args, requestId));
  }

  /** Looks at a plan and decides on exactly that. */
  async decide(decision: 'approve' | 'reject', planId: string): Promise<WireReply> {
    const { json } = await this.call('show_plan', { planId });
    const plan = json['plan'] as JsonObject;
    return this.call(decision, {
      planId,
      planDigest: String(plan['planDigest']),
      shownDigest: digestOfJson(plan['preview'] as JsonObject),
      decision,
    });
  }
}

export interface Lab {
  readonly backend: RunningBackend;
  /** Holds the blog-publisher's token. */
  readonly wire: WireClient;
  /** Holds the first token of a server. */
  wireOf(server: string): WireClient;
  readonly token: string;
  /** The first token of each server, by its name. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Where no key file counts, theirs are nobody's keys. */
  readonly people: { readonly owner: WirePerson; readonly reviewer: WirePerson };
  /** Entries in the order in which they were written. */
  entries(): Promise<JsonObject[]>;
  stop(): Promise<void>;
}

export interface LabOptions {
  readonly databaseUrl?: string;
  readonly environment?: string;
  /** File of the policy; the shipped one where left out. */
  readonly policy?: string;
  /** The public origin of a proxy, and the port that the proxy would go to. */
  readonly publicUrl?: string;
  readonly port?: number;
  /** The console's origin behind a proxy that ends TLS, and the port that the proxy would go to. */
  readonly publicConsoleUrl?: string;
  readonly consolePort?: number;
  /** How often open pages are seen to, in milliseconds. */
  readonly liveTimes?: { readonly lookMs?: number; readonly beatMs?: number; readonly retryMs?: number };
}

/** The backend in this process, on a store of its own, with its first people and the blog-publisher's token. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'deputies-lab-'));
  const environment = options.environment ?? 'development';
  const location = options.databaseUrl ?? join(folder, 'store.sqlite');
  const { policy, publicUrl, port = 0, publicConsoleUrl, consolePort = 0, liveTimes } = options;
  const backend = await startBackend({
    environment,
    database: location,
    policy,
    port,
    publicUrl,
    consolePort,
    logKey: TEST_LOG_KEY,
    publicConsoleUrl,
    logLevel: 'silent',
    ...(liveTimes && { liveTimes }),
  });
  try {
    return await equip(backend, folder, publicUrl === undefined ? backend.backendUrl : `http://127.0.0.1:${port}`);
  } catch (error) {
    await backend.close();
    throw error;
  }
}

async function equip(backend: RunningBackend, folder: string, address: string): Promise<Lab> {
  const { database, backendUrl, environment } = backend;
  await enrolWithKeys({ database, environment, folder, passphrase: givePassphrase });
  const tokens = await ensureServerTokens(database, environment, join(folder, 'tokens.json'), SERVER_PROFILES);
  const token = tokens['blog-publisher'] ?? '';
  const { acceptsKeyFiles } = new Settings(environment);
  const person = async (name: string): Promise<WirePerson> => {
    const { keyid, key } = acceptsKeyFiles ? await unlockKeyOf(folder, name, PASSPHRASE) : unknownKey();
    return new WirePerson(backendUrl, keyid, key, address);
  };
  return {
    backend,
    token,
    tokens,
    wire: new WireClient(backendUrl, token, address),
    wireOf: (server) => new WireClient(backendUrl, tokens[server] ?? '', address),
    people: { owner: await person('owner'), reviewer: await person('reviewer') },
    async entries() {
      const rows = await database.db.selectFrom('audit_entries').select('entry').orderBy('position').execute();
      return rows.map((row) => JSON.parse(row.entry) as JsonObject);
    },
    async stop() {
      await backend.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function unknownKey(): { keyid: string; key: KeyObject } {
  const key = privateKeyFromSeed(generateSeed());
  return { keyid: keyThumbprint(publicJwk(key)), key };
}

/** A draft's bytes as the wire carries them. */
export const draft = (title: string, body = 'Some words.'): string =>
  Buffer.from(`---\ntitle: ${title}\n---\n\n${body}\n`).toString('base64');
