import { describe, expect, test } from '@jest/globals';
import { tokenFault } from '../../src/grants/tokens-repository.ts';
import { makeToken, NOON } from '../support/rows.ts';

describe('tokenFault [token.revoked]', () => {
  test.each([
    ['active', 1, undefined],
    ['active', 0, 'expired'],
    ['active', -1, 'expired'],
    ['client_taken', 1, 'client_taken'],
    ['owner_removed', 1, 'owner_removed'],
    ['revoked', 1, 'revoked'],
    ['revoked', -1, 'revoked'],
  ] as const)('a token that is %s and has %s ms to live: %s', (state, left, fault) => {
    expect(tokenFault(makeToken({ state, expiresAt: NOON + left }), NOON)).toBe(fault);
  });
});
