import {
  contentDigest,
  keyThumbprint,
  privateKeyFromSeed,
  publicJwk,
  publicKeyFromX,
  type SignatureParameters,
  type SignedMessage,
} from '../../src/index.ts';

export const privateKey = privateKeyFromSeed(new Uint8Array(32).fill(7));
export const jwk = publicJwk(privateKey);
export const publicKey = publicKeyFromX(jwk.x);
export const keyid = keyThumbprint(jwk);
export const otherKey = privateKeyFromSeed(new Uint8Array(32).fill(8));
export const otherPublicKey = publicKeyFromX(publicJwk(otherKey).x);

export const body = Buffer.from('{"amount":"12.50","ticketId":"1842"}');

/** A request as a receiver sees it: the digest is taken from the bytes that arrived, never from the header. */
export const messageFor = (bytes: Uint8Array): SignedMessage => ({
  method: 'POST',
  targetUri: 'http://127.0.0.1:4180/v1/tickets/plan_refund',
  headers: {
    'content-type': 'application/json',
    'content-digest': contentDigest(bytes),
    authorization: 'Bearer eyJhbGciOiJFZERTQSJ9.e30.c2ln',
    'idempotency-key': '"6f1c2a51-8a3e-4c53-9b1a-0d7f3f0f1b11"',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  },
});

export const message = messageFor(body);

export const parameters: SignatureParameters = {
  created: 1_790_000_000,
  expires: 1_790_000_030,
  nonce: 'AAECAwQFBgcICQoLDA0ODw',
  keyid,
};

/** The text with the character at `at` (modulo its length) replaced; always another text of the same length. */
export function alter(text: string, at: number, by: number): string {
  const place = at % text.length;
  // Stays within the printable characters of ASCII: 0x20 to 0x7e.
  const code = ((text.charCodeAt(place) - 0x20 + 1 + (by % 94)) % 95) + 0x20;
  return text.slice(0, place) + String.fromCharCode(code) + text.slice(place + 1);
}
