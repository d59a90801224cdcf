import { randomBytes } from 'node:crypto';
import type { Code } from '@narrow-deputies/contracts';
import { canonicalize } from '@narrow-deputies/signing';
import type { Scene } from './forensic-cases.ts';
import { LIST, NOTHING, now, withHeader, without } from './refused.ts';
import { send, type WireReply } from './wire-client.ts';

/** How somebody whom nobody knows comes by a code, and the address under which it is counted. */
export interface Noise {
  readonly route: string;
  readonly make: (scene: Scene) => Promise<WireReply>;
}

/** Codes that a request ends with before its signature has verified, each driven for real. */
export const COUNTED = {
  malformed_request: {
    route: LIST,
    make: async ({ client }) => send(without(await client.operation(LIST, NOTHING), 'traceparent')),
  },
  not_canonical: {
    route: LIST,
    make: async ({ client }) => send(client.sign(LIST, Buffer.from(`${canonicalize(NOTHING)} `), await client.grant())),
  },
  unauthenticated: {
    route: LIST,
    make: async ({ client }) => send(without(await client.operation(LIST, NOTHING), 'authorization')),
  },
  signature_invalid: {
    route: LIST,
    make: async ({ client }) => send(withHeader(await client.operation(LIST, NOTHING), 'signature', 'sig=:AAAA:')),
  },
  signature_expired: {
    route: LIST,
    make: async ({ client }) =>
      send(await client.operation(LIST, NOTHING, { signature: { created: now() - 90, expires: now() - 60 } })),
  },
  wrong_environment: {
    route: LIST,
    async make({ client }) {
      const grant = client.assertion(now(), `${client.backendUrl}/elsewhere`);
      return send(await client.operation(LIST, NOTHING, { grant }));
    },
  },
  not_found: {
    route: 'unknown',
    make: ({ client }) =>
      send({ method: 'POST', url: `${client.backendUrl}/v1/nowhere`, headers: [], body: Buffer.alloc(0) }),
  },
  request_too_large: {
    route: LIST,
    make: async ({ client }) => send(client.sign(LIST, randomBytes(200_000), await client.grant())),
  },
  unsupported_media_type: {
    route: LIST,
    make: async ({ client }) => send(withHeader(await client.operation(LIST, NOTHING), 'content-type', 'text/plain')),
  },
} as const satisfies Partial<Record<Code, Noise>>;
