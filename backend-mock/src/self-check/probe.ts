import { randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { JsonObject } from '@narrow-deputies/contracts';
import {
  canonicalize,
  contentDigest,
  OPERATION_PROFILE,
  signClientAssertion,
  signRequest,
  type Profile,
} from '@narrow-deputies/signing';
import type { Tx } from '../database/database.ts';
import type { RegisteredOperation } from '../operations/registry.ts';

export interface ProbeAnswer {
  readonly status: number;
  readonly code: string | null;
}

export type CommitOperation = Extract<RegisteredOperation, { kind: 'plan' | 'commit' }>;

/** What a probe is made of. */
export interface ProbeOptions {
  /** Where this process listens. */
  readonly localUrl: string;
  /** The public origin, which signatures cover. */
  readonly backendUrl: string;
  readonly environment: string;
  readonly clientId: string;
  readonly ownerId: string;
  readonly keyid: string;
  readonly key: KeyObject;
  /** The operation to try things on: commits take the same arguments in every domain. */
  readonly operation: CommitOperation;
  /** Passes the door that is still closed for everybody else. */
  readonly passage: Readonly<Record<string, string>>;
  /** Prepares what an attempt needs, at the time that decides, in milliseconds; undone with everything else. */
  readonly prepare: (work: (tx: Tx, now: number) => Promise<void>) => Promise<void>;
}

export interface Variation {
  readonly path?: string;
  readonly args?: JsonObject;
  /** Sent instead of the canonical form of `args`. */
  readonly body?: string;
  readonly grant?: string;
  readonly profile?: Profile;
  /** Changes headers after they were signed; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly signature?: Readonly<Partial<Record<'created' | 'expires', number> & Record<'nonce', string>>>;
  readonly idempotencyKey?: string;
}

const LIFE_S = 30;

/** A client that exists only while the process checks itself; it knocks at the process's own port. */
export class Probe {
  readonly options: ProbeOptions;

  constructor(options: ProbeOptions) {
    this.options = options;
  }

  get operation(): CommitOperation {
    return this.options.operation;
  }

  /** Arguments that the operation's schema accepts. */
  readonly args = (): JsonObject => ({ planId: randomUUID() });

  assertion(audience = `${this.options.backendUrl}/${this.options.environment}`): string {
    const { clientId, keyid, key } = this.options;
    const now = Math.floor(Date.now() / 1000);
    return signClientAssertion({ clientId, audience, jti: randomUUID(), now }, keyid, key);
  }

  /** @throws Error when no grant is given: then nothing else can be proved. */
  async grant(narrower: Readonly<Record<string, string>> = {}): Promise<string> {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: this.assertion(),
      ...narrower,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { json } = await this.#send('/oauth/token', headers, form.toString());
    if (typeof json['access_token'] !== 'string') throw new Error('The self-check was given no grant.');
    return json['access_token'];
  }

  /** Sends one signed request, right in every way that is not varied. */
  async send(variation: Variation = {}): Promise<ProbeAnswer> {
    const { backendUrl, keyid, key } = this.options;
    const { contract } = this.operation;
    const path = variation.path ?? `/v1/${contract.context}/${contract.name}`;
    const body = variation.body ?? canonicalize(variation.args ?? this.args());
    const signed: Record<string, string> = {
      'content-type': 'application/json',
      'content-digest': contentDigest(Buffer.from(body)),
      authorization: `Bearer ${variation.grant ?? (await this.grant())}`,
      'idempotency-key': `"${variation.idempotencyKey ?? randomUUID()}"`,
      traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
    };
    const created = Math.floor(Date.now() / 1000);
    const nonce = randomBytes(18).toString('base64url');
    const parameters = { created, expires: created + LIFE_S, nonce, keyid, ...variation.signature };
    const message = { method: 'POST', targetUri: `${backendUrl}${path}`, headers: signed };
    const signature = signRequest(variation.profile ?? OPERATION_PROFILE, message, parameters, key);
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries({ ...signed, ...signature, ...variation.headers })) {
      if (value !== undefined) headers[name] = value;
    }
    const { status, json } = await this.#send(path, headers, body);
    return { status, code: typeof json['code'] === 'string' ? json['code'] : null };
  }

  #send(path: string, headers: Record<string, string>, body: string): Promise<{ status: number; json: JsonObject }> {
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        `${this.options.localUrl}${path}`,
        { method: 'POST', agent: false, headers: { ...headers, ...this.options.passage } },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.once('error', reject);
          incoming.once('end', () => {
            resolve({ status: incoming.statusCode ?? 0, json: parse(Buffer.concat(chunks).toString('utf8')) });
          });
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }
}

function parse(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}
