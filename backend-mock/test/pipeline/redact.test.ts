import { describe, expect, test } from '@jest/globals';
import type { Contract, Redaction } from '@narrow-deputies/contracts';
import { digestOfJson } from '@narrow-deputies/signing';
import { planPublishDraftContract } from '../../src/blog/publish-draft.ts';
import { redact } from '../../src/pipeline/redact.ts';

const contractWith = (redaction: Record<string, Redaction>): Contract => ({ ...planPublishDraftContract, redaction });

describe('redact', () => {
  test('keeps, digests or drops each argument as the contract says', () => {
    const contract = contractWith({ slug: 'keep', email: 'digest', note: 'drop' });
    const kept = redact(contract, { slug: 'tea', email: 'ann@example.org', note: 'secret' });
    expect(kept).toEqual({ slug: 'tea', email: digestOfJson('ann@example.org') });
  });

  test('drops an argument that the contract does not name', () => {
    expect(redact(contractWith({}), { card: '4111 1111 1111 1111' })).toEqual({});
  });

  test('keeps nothing because of a name that every object has', () => {
    const kept = redact(contractWith({}), { constructor: 'x', toString: 'y', hasOwnProperty: 'z' });
    expect(Object.keys(kept)).toEqual([]);
  });

  test('digests a structure as a whole', () => {
    const contract = contractWith({ address: 'digest' });
    expect(redact(contract, { address: { street: 'a', city: 'b' } })).toEqual({
      address: digestOfJson({ city: 'b', street: 'a' }),
    });
  });

  test('invents no argument that was not sent', () => {
    expect(redact(contractWith({ slug: 'keep', email: 'digest' }), {})).toEqual({});
  });
});
