import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize } from '@narrow-deputies/signing';
import * as fc from 'fast-check';
import { planPublishDraftContract, commitPublishDraftContract } from '../../src/blog/publish-draft.ts';
import { Refusal } from '../../src/common/refusal.ts';
import type { RegisteredOperation } from '../../src/operations/registry.ts';
import { denialEntry } from '../../src/pipeline/call-entries.ts';
import { Call, type Facts, type IncomingRequest } from '../../src/pipeline/call.ts';

const REQUEST: IncomingRequest = {
  method: 'POST',
  path: '/v1/blog/plan_publish_draft',
  rawHeaders: [],
  body: Buffer.alloc(0),
  source: '127.0.0.1',
  startedAt: 0,
};
const OPERATION: RegisteredOperation = {
  contract: planPublishDraftContract,
  kind: 'plan',
  pair: commitPublishDraftContract,
  schemaDigest: 'sha-256:0',
  handler: {
    plan: () => Promise.reject(new Error('Nothing is planned here.')),
    apply: () => Promise.reject(new Error('Nothing is applied here.')),
  },
};
const GRANT: Facts['grant'] = {
  sub: 'p_owner',
  clientId: 'blog-publisher',
  agent: 'publisher-agent',
  runId: null,
  scopes: [],
  details: null,
  jti: 'j',
  keyid: 'k',
  host: null,
};
const REFUSAL = new Refusal('invalid_arguments', { errors: [{ pointer: '/content', message: 'said to the caller' }] });

const denied = (body: JsonObject, accepted?: JsonObject): ReturnType<typeof denialEntry> => {
  const call = new Call(REQUEST, OPERATION, {
    grant: GRANT,
    traceId: 'a'.repeat(32),
    idempotencyKey: 'b',
    argumentsDigest: 'sha-256:1',
    deniedBy: 'arguments',
    body,
    ...(accepted && { arguments: accepted }),
  });
  return denialEntry(call, REFUSAL, 1.5);
};

describe('the entry about a call that was denied [law.denials-recorded]', () => {
  test('says who asked for what, which check denied and why', () => {
    expect(denied({})).toMatchObject({
      tool: 'plan_publish_draft',
      kind: 'plan',
      client: 'blog-publisher',
      owner: 'p_owner',
      outcome: 'refused',
      decision: 'deny',
      code: 'invalid_arguments',
      rules: ['check:arguments'],
      details: { pointers: ['/content'] },
    });
  });

  test('keeps of arguments that were never accepted their digest and names alone', () => {
    const entry = denied({ filename: 'secret.md', card: '4111 1111 1111 1111' });
    expect(entry.arguments).toEqual({ digest: 'sha-256:1', keys: ['filename', 'card'] });
    expect(JSON.stringify(entry)).not.toMatch(/secret|4111|said to the caller/);
  });

  test('keeps of accepted arguments what the contract lets it keep', () => {
    const entry = denied({}, { filename: 'tea.md', content: 'c2VjcmV0' });
    expect(entry.arguments).toMatchObject({ filename: 'tea.md', content: expect.stringMatching(/^sha-256:/) });
  });

  test('can be written whatever the arguments are called', () => {
    // A name is kept in part: a character of two units at the cut is the worst there is.
    const names = fc
      .tuple(fc.string({ minLength: 60, maxLength: 66 }), fc.string({ unit: 'binary' }))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(fc.oneof(names, fc.constant(`${'k'.repeat(63)}😀`)), { maxLength: 20 }), (keys) => {
        const { arguments: kept } = denied(Object.fromEntries(keys.map((key) => [key, 1])));
        expect(() => canonicalize(kept ?? null)).not.toThrow();
        expect(canonicalize(kept ?? null).length).toBeLessThan(16 * 64 * 6 + 200);
      }),
    );
  });
});
