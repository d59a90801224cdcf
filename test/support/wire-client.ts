import { randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { JsonObject } from '@narrow-deputies/contracts';
import {
  canonicalize,
  contentDigest,
  keyThumbprint,
  OPERATION_PROFILE,
  parseToken,
  privateKeyFromSeed,
  publicJwk,
  signClientAssertion,
  signRequest,
  type SignatureParameters,
} from '@narrow-deputies/signing';

/** One HTTP request, down to its bytes, so that a test can change any of them. */
export interface WireRequest {
  method: string;
  url: string;
  /** In order; a name may stand twice. */
  headers: [string, string][];
  body: Buffer;
}

export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: JsonObject;
}

/** Sends a request as it is: no header is added, folded or corrected. */
export function send(wire: WireRequest): Promise<WireReply> {
  const url = new URL(wire.url);
  const headers = wire.headers.flat();
  if (!wire.headers.some(([name]) => name.toLowerCase() === 'host')) headers.unshift('host', url.host);
  headers.push('content-length', String(wire.body.byteLength), 'connection', 'close');
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { host: url.hostname, port: url.port, method: wire.method, path: wire.url.slice(url.origin.length), headers },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: parse(text) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(wire.body);
  });
}

function parse(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}

export interface RequestOptions {
  readonly idempotencyKey?: string;
  readonly signature?: Partial<SignatureParameters>;
  readonly grant?: string;
  readonly key?: KeyObject;
  /** The public origin that is signed, where it differs from the one that is called. */
  readonly signedUri?: string;
}

/** A client of its own making on the wire: it holds a token and does with it what a test says. */
export class WireClient {
  /** The public origin, which is signed. */
  readonly backendUrl: string;
  readonly clientId: string;
  readonly environment: string;
  readonly key: KeyObject;
  readonly keyid: string;
  /** Where the port really is. */
  readonly #address: string;
  #grant: string | undefined;

  /** @param address where the port really is, when the public origin is a proxy's. */
  constructor(backendUrl: string, token: string, address = backendUrl) {
    const parsed = parseToken(token);
    if (!parsed.ok) throw new Error(`No token: ${parsed.fault}`);
    this.backendUrl = backendUrl;
    this.#address = address;
    this.clientId = parsed.token.clientId;
    this.environment = parsed.token.environment;
    this.key = privateKeyFromSeed(parsed.token.seed);
    this.keyid = keyThumbprint(publicJwk(this.key));
  }

  get issuer(): string {
    return `${this.backendUrl}/${this.environment}`;
  }

  assertion(now = Math.floor(Date.now() / 1000), audience = this.issuer): string {
    return signClientAssertion({ clientId: this.clientId, audience, jti: randomUUID(), now }, this.keyid, this.key);
  }

  /** One request to the token endpoint. */
  tokenRequest(fields: Readonly<Record<string, string>> = {}): WireRequest {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: this.assertion(),
      ...fields,
    });
    return {
      method: 'POST',
      url: `${this.#address}/oauth/token`,
      headers: [['content-type', 'application/x-www-form-urlencoded']],
      body: Buffer.from(form.toString()),
    };
  }

  /** @throws Error when no grant is given. */
  async grant(fields: Readonly<Record<string, string>> = {}): Promise<string> {
    const reply = await send(this.tokenRequest(fields));
    if (typeof reply.json['access_token'] !== 'string') throw new Error(`No grant: ${reply.text}`);
    return reply.json['access_token'];
  }

  /** What was granted before is not used again: the token's row is another now. */
  forgetGrant(): void {
    this.#grant = undefined;
  }

  /** A request that is right in every way. */
  async operation(path: string, args: JsonObject, options: RequestOptions = {}): Promise<WireRequest> {
    const grant = options.grant ?? (this.#grant ??= await this.grant());
    return this.sign(path, Buffer.from(canonicalize(args)), grant, options);
  }

  /** Signs any bytes as the body of an operation. */
  sign(path: string, body: Buffer, grant: string, options: RequestOptions = {}): WireRequest {
    const headers = {
      'content-type': 'application/json',
      'content-digest': contentDigest(body),
      authorization: `Bearer ${grant}`,
      'idempotency-key': `"${options.idempotencyKey ?? randomUUID()}"`,
      traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
    };
    const created = Math.floor(Date.now() / 1000);
    const parameters: SignatureParameters = {
      created,
      expires: created + 30,
      nonce: randomBytes(18).toString('base64url'),
      keyid: this.keyid,
      ...options.signature,
    };
    const message = { method: 'POST', targetUri: options.signedUri ?? `${this.backendUrl}${path}`, headers };
    const signature = signRequest(OPERATION_PROFILE, message, parameters, options.key ?? this.key);
    return {
      method: 'POST',
      url: `${this.#address}${path}`,
      headers: Object.entries({ ...headers, ...signature }),
      body,
    };
  }

  /** Signs and sends. */
  async call(path: string, args: JsonObject, options: RequestOptions = {}): Promise<WireReply> {
    return send(await this.operation(path, args, options));
  }
}
