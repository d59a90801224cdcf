import { createHash, generateKeyPairSync, randomBytes, sign as signBytes, type KeyObject } from 'node:crypto';
import type { RegistrationResponse } from '../../src/people/invitations/enrolment.service.ts';
import type { AssertionResponse } from '../../src/people/passkeys/passkey-evidence.ts';

type Cbor = number | string | Uint8Array | ReadonlyMap<number | string, Cbor>;

/** The part of CBOR (RFC 8949) that WebAuthn needs: small integers, texts, bytes, maps. */
function cbor(value: Cbor): Buffer {
  const head = (major: number, size: number): Buffer => {
    if (size < 24) return Buffer.from([(major << 5) | size]);
    return size < 256
      ? Buffer.from([(major << 5) | 24, size])
      : Buffer.from([(major << 5) | 25, size >> 8, size & 0xff]);
  };
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.byteLength), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, each]) => [cbor(key), cbor(each)])]);
}

export type Algorithm = 'ES256' | 'Ed25519' | 'ML-DSA-44';

/** What a careful authenticator and browser would say, and a test says otherwise. */
export interface Lies {
  readonly origin?: string;
  readonly rpId?: string;
  readonly userVerified?: boolean;
  readonly userPresent?: boolean;
  readonly counter?: number;
  /** `webauthn.get`, `webauthn.create`. */
  readonly type?: string;
  readonly id?: string;
  /** The text of the client data, from the text that a browser would write. */
  readonly clientData?: (text: string) => string;
}

function newPair(algorithm: Algorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return algorithm === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ml-dsa-44');
}

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();
const UP = 0x01;
const UV = 0x04;
const AT = 0x40;

/** A passkey without a device: it makes what an authenticator and its browser make (WebAuthn Level 3, section 6). */
export class SoftAuthenticator {
  readonly id = randomBytes(32).toString('base64url');
  counter = 0;
  readonly #origin: string;
  readonly #algorithm: Algorithm;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;

  /** @param origin of the page that asks; the relying party is its host. */
  constructor(origin: string, algorithm: Algorithm = 'ES256') {
    this.#origin = origin;
    this.#algorithm = algorithm;
    const pair = newPair(algorithm);
    this.#privateKey = pair.privateKey;
    this.#publicKey = pair.publicKey;
  }

  /** The credential's public key as it is stored: COSE (RFC 9053), base64url. */
  get publicKey(): string {
    const { x = '', y = '', pub } = this.#publicKey.export({ format: 'jwk' });
    const point = (text: string): Buffer => Buffer.from(text, 'base64url');
    if (this.#algorithm === 'ML-DSA-44') {
      const pairs: [number, Cbor][] = [
        [1, 7],
        [3, -48],
        [-1, point(String(pub))],
      ];
      return cbor(new Map(pairs)).toString('base64url');
    }
    const key =
      this.#algorithm === 'ES256'
        ? new Map<number, Cbor>([
            [1, 2],
            [3, -7],
            [-1, 1],
            [-2, point(x)],
            [-3, point(y)],
          ])
        : new Map<number, Cbor>([
            [1, 1],
            [3, -8],
            [-1, 6],
            [-2, point(x)],
          ]);
    return cbor(key).toString('base64url');
  }

  /** Answers `navigator.credentials.create`. @param challenge base64url. */
  create(challenge: string, lies: Lies = {}): RegistrationResponse {
    const id = Buffer.from(lies.id ?? this.id, 'base64url');
    const attested = Buffer.concat([
      Buffer.alloc(16),
      Buffer.from([id.byteLength >> 8, id.byteLength & 0xff]),
      id,
      Buffer.from(this.publicKey, 'base64url'),
    ]);
    const authData = Buffer.concat([this.#authenticatorData(AT, lies), attested]);
    const attestation = new Map<string, Cbor>([
      ['fmt', 'none'],
      ['attStmt', new Map<string, Cbor>()],
      ['authData', authData],
    ]);
    return {
      id: id.toString('base64url'),
      rawId: id.toString('base64url'),
      type: 'public-key',
      response: {
        clientDataJSON: this.#clientData('webauthn.create', challenge, lies).toString('base64url'),
        attestationObject: cbor(attestation).toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  /** Answers `navigator.credentials.get`; the counter goes on with every answer. @param challenge base64url. */
  get(challenge: string, lies: Lies = {}): AssertionResponse {
    this.counter += 1;
    const authenticatorData = this.#authenticatorData(0, lies);
    const clientData = this.#clientData('webauthn.get', challenge, lies);
    const digest = this.#algorithm === 'ES256' ? 'sha256' : null;
    const signature = signBytes(digest, Buffer.concat([authenticatorData, sha256(clientData)]), this.#privateKey);
    const id = lies.id ?? this.id;
    return {
      id,
      rawId: id,
      type: 'public-key',
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signature.toString('base64url'),
      },
    };
  }

  #authenticatorData(flags: number, { rpId, userVerified, userPresent, counter }: Lies): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter ?? this.counter);
    const said = flags | (userPresent === false ? 0 : UP) | (userVerified === false ? 0 : UV);
    return Buffer.concat([sha256(rpId ?? new URL(this.#origin).hostname), Buffer.from([said]), count]);
  }

  #clientData(type: string, challenge: string, lies: Lies): Buffer {
    const data = { type: lies.type ?? type, challenge, origin: lies.origin ?? this.#origin, crossOrigin: false };
    const text = JSON.stringify(data);
    return Buffer.from(lies.clientData?.(text) ?? text);
  }
}
