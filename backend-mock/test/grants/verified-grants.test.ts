import { describe, expect, test } from '@jest/globals';
import type { Grant } from '../../src/grants/grant.ts';
import { VerifiedGrants } from '../../src/grants/verified-grants.ts';
import { NOON } from '../support/rows.ts';

const GRANT: Grant = {
  sub: 'p_owner',
  clientId: 'blog-publisher',
  agent: 'publisher-agent',
  runId: null,
  scopes: ['blog:list_drafts'],
  details: null,
  jti: 'jti',
  keyid: 'keyid',
  host: null,
};

describe('grants that have verified', () => {
  test('are known by their exact text, until they expire', () => {
    const verified = new VerifiedGrants();
    verified.remember('a.b.c', GRANT, NOON + 1000);
    expect(verified.find('a.b.c', NOON)).toBe(GRANT);
    expect(verified.find('a.b.C', NOON)).toBeUndefined();
    expect(verified.find('a.b.c', NOON + 1000)).toBeUndefined();
    expect(verified.find('a.b.c', NOON)).toBeUndefined();
  });

  test('are forgotten oldest first where there are too many', () => {
    const verified = new VerifiedGrants();
    for (let at = 0; at <= 1000; at++) verified.remember(`grant-${at}`, GRANT, NOON + 1000);
    expect(verified.find('grant-0', NOON)).toBeUndefined();
    expect(verified.find('grant-1', NOON)).toBe(GRANT);
    expect(verified.find('grant-1000', NOON)).toBe(GRANT);
  });
});
