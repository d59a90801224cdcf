import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  OPERATION_PROFILE,
  parseCanonical,
  parseSignature,
  signRequest,
  verifySignature,
  type SignedMessage,
} from '../src/index.ts';
import { alter, body, message, messageFor, parameters, privateKey, publicKey } from './support/request.ts';

interface Arrived {
  body: Uint8Array;
  message: SignedMessage;
  signatureInput: string;
  signature: string;
}

const signed = signRequest(OPERATION_PROFILE, message, parameters, privateKey);
const sent: Arrived = { body, message, signatureInput: signed['signature-input'], signature: signed.signature };

/** What every receiver does: parse the body, compare its digest, read the signature, verify it. */
function accepts(arrived: Arrived): boolean {
  if (!parseCanonical(arrived.body, { maxDepth: 32 }).ok) return false;
  const digest = messageFor(arrived.body).headers['content-digest'];
  if (arrived.message.headers['content-digest'] !== digest) return false;
  const parsed = parseSignature(OPERATION_PROFILE, arrived);
  return parsed !== undefined && verifySignature(OPERATION_PROFILE, arrived.message, parsed, publicKey);
}

const anyAlteration = (judge: (at: number, by: number) => void): void =>
  fc.assert(fc.property(fc.nat(), fc.nat(), judge), { numRuns: 300 });

describe('a request with a single altered byte', () => {
  test('is accepted as it was sent', () => {
    expect(accepts(sent)).toBe(true);
  });

  test('is refused for any byte of the body, even with a matching digest', () => {
    anyAlteration((at, by) => {
      const altered = Buffer.from(body);
      const place = at % altered.length;
      altered.writeUInt8((altered.readUInt8(place) + 1 + (by % 255)) % 256, place);
      expect(accepts({ ...sent, body: altered })).toBe(false);
      expect(accepts({ ...sent, body: altered, message: messageFor(altered) })).toBe(false);
    });
  });

  test('is refused for any byte of method and target', () => {
    anyAlteration((at, by) => {
      expect(accepts({ ...sent, message: { ...message, method: alter(message.method, at, by) } })).toBe(false);
      expect(accepts({ ...sent, message: { ...message, targetUri: alter(message.targetUri, at, by) } })).toBe(false);
    });
  });

  test.each(Object.entries(message.headers))('is refused for any byte of %s', (name, value) => {
    anyAlteration((at, by) => {
      const headers = { ...message.headers, [name]: alter(value, at, by) };
      expect(accepts({ ...sent, message: { ...message, headers } })).toBe(false);
    });
  });

  test('is refused for any byte of the two signature headers', () => {
    anyAlteration((at, by) => {
      expect(accepts({ ...sent, signatureInput: alter(sent.signatureInput, at, by) })).toBe(false);
      expect(accepts({ ...sent, signature: alter(sent.signature, at, by) })).toBe(false);
    });
  });
});
