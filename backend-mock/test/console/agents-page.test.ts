import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Contract } from '@narrow-deputies/contracts';
import { agentsPage, type Agents } from '../../src/console/pages/agents-page.ts';
import { stopNotice } from '../../src/console/pages/stops.ts';
import { SERVER_PROFILES } from '../../src/grants/server-profiles.ts';
import type { Suspension } from '../../src/suspensions/suspension.ts';
import { makeToken, MINUTE, NOON, OWNER, REVIEWER } from '../support/rows.ts';
import { faultsOf, structureOf } from './structure.ts';

const contract = (name: string, kind: Contract['kind']): Contract =>
  ({ name, kind, scope: `blog:${name}`, roles: ['publisher-agent'] }) as unknown as Contract;
const CONTRACTS = [
  contract('list_drafts', 'read'),
  contract('plan_publish_draft', 'plan'),
  contract('commit_publish_draft', 'commit'),
];

const stopOf = (overrides: Partial<Suspension> = {}): Suspension => ({
  id: 'stop-1',
  kind: 'agent',
  target: 'publisher-agent',
  reason: 'It is odd.',
  suspendedBy: REVIEWER.id,
  suspendedAt: NOON - MINUTE,
  ...overrides,
});

const page = (overrides: Partial<Agents> = {}): string =>
  agentsPage(
    {
      viewer: OWNER,
      tokens: [makeToken()],
      stops: [],
      contracts: CONTRACTS,
      names: new Map([OWNER, REVIEWER].map(({ id, name }) => [id, name])),
      lastUse: new Map([['k'.repeat(43), NOON - 5 * MINUTE]]),
      profiles: SERVER_PROFILES,
      owners: ['owner'],
      ...overrides,
    },
    NOON,
  ).text.replaceAll(/\s*\n\s*/g, ' ');

const actsOf = (shown: string): string[] =>
  [...new Set([...shown.matchAll(/data-act="([^"]+)"/g)].map(([, act = '']) => act))].toSorted();
const argumentsOf = (shown: string, act: string): unknown[] =>
  [...shown.matchAll(new RegExp(`data-act="${act}" data-arguments="([^"]*)"`, 'g'))].map(([, text = '']): unknown =>
    JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&amp;', '&')),
  );

describe('the agents page', () => {
  test('says of a token whose it is, what it may do, how it stands and when it was used', () => {
    const scopes = CONTRACTS.map(({ scope }) => scope);
    const shown = page({ tokens: [makeToken({ scopes: [...scopes, 'gone:tool'] })] });
    for (const text of [
      '<h3>blog-publisher</h3>',
      'publisher-agent <small>for owner</small>',
      '<span class="state">active</span>',
      'Last used <time datetime="2026-11-20T11:55:00.000Z"',
      'Expires <time datetime="2026-11-20T13:00:00.000Z"',
      '<dt>Reads</dt> <dd>list drafts</dd>',
      '<dt>Plans</dt> <dd>publish draft</dd>',
      '<dt>Commits what was approved</dt> <dd>publish draft</dd>',
      '<dt>Of no tool here</dt> <dd>gone:tool</dd>',
    ]) {
      expect(shown).toContain(text);
    }
    expect(faultsOf(shown)).toEqual([]);
  });

  test.each([
    ['revoked', makeToken({ state: 'revoked' }), []],
    ['expired', makeToken({ expiresAt: NOON }), []],
    ['suspended: everything is stopped', makeToken(), [stopOf({ kind: 'everything', target: '' })]],
    ['suspended: every publisher-agent is stopped', makeToken(), [stopOf()]],
    ['suspended: the token kkkkkkkk… is stopped', makeToken(), [stopOf({ kind: 'token', target: 'k'.repeat(43) })]],
    ['active', makeToken(), [stopOf({ target: 'support-agent' }), stopOf({ kind: 'tool', target: 'publisher-agent' })]],
  ])('a token is %s', (state, token, stops) => {
    const shown = page({ tokens: [token], stops });
    expect(shown).toContain(`<span class="state">${state}</span>`);
    const ended = ['revoked', 'expired'].includes(state);
    expect([shown.includes('Ended tokens (1)'), actsOf(shown).includes('revoke_token')]).toEqual([ended, !ended]);
  });

  test('a token that was never used says so', () => {
    expect(page({ lastUse: new Map() })).toContain('Never used');
  });

  test('an administrator may do everything, each by a form of its own', () => {
    const shown = page({ stops: [stopOf()] });
    expect(actsOf(shown)).toEqual(['mint_token', 'resume', 'revoke_token', 'suspend']);
    expect(argumentsOf(shown, 'resume')).toEqual([{ suspensionId: 'stop-1' }]);
    expect(argumentsOf(shown, 'revoke_token')).toEqual([{ keyid: 'k'.repeat(43) }]);
    expect(argumentsOf(shown, 'suspend')).toEqual([
      { kind: 'everything', target: '' },
      { kind: 'agent' },
      { kind: 'tool' },
      { kind: 'token', target: 'k'.repeat(43) },
    ]);
    const same = { clientId: 'blog-publisher', agent: 'publisher-agent', scopes: ['blog:list_drafts'], owner: 'owner' };
    const roles = SERVER_PROFILES.flatMap(({ agents }) => agents.map(({ agent }) => ({ agent })));
    expect(argumentsOf(shown, 'mint_token')).toEqual([{ ...same, expiresInDays: 90 }, ...roles]);
    expect(shown.match(/<form/g)).toHaveLength(shown.match(/<button type="submit"/g)?.length ?? 0);
    expect(shown.match(/<form/g)).toHaveLength(shown.match(/<p role="alert">/g)?.length ?? 0);
  });

  test('takes a stop back only with a reason', () => {
    expect(page({ stops: [stopOf()] })).toMatch(/data-act="resume".*?<input name="reason"[^>]* required\s*\/>/);
  });

  test('an owner who administers nothing sees tokens and can stop them', () => {
    const shown = page({ viewer: { ...OWNER, roles: ['owner'] }, stops: [stopOf()] });
    expect(actsOf(shown)).toEqual(['suspend']);
    expect(argumentsOf(shown, 'suspend')).toHaveLength(4);
    expect(shown).toContain('An administrator can take it back.');
  });

  test('somebody to whom tokens are not shown can stop all the same', () => {
    const shown = page({ viewer: REVIEWER, tokens: null });
    expect(argumentsOf(shown, 'suspend')).toHaveLength(3);
    expect(shown).not.toContain('kkkk');
  });

  test('offers no second token for somebody who owns no agents any more', () => {
    expect(page({ owners: [] })).not.toContain('Make a second token');
  });

  test('no name, reason or client brings in an element or an attribute', () => {
    const hostile = (said: string): string =>
      page({
        stops: [stopOf({ reason: said }), stopOf({ target: said, suspendedBy: said })],
        tokens: [makeToken({ clientId: said, agent: said, scopes: [said], ownerId: said })],
        names: new Map([[said, said]]),
        owners: [said],
        profiles: [],
      });
    const plain = structureOf(hostile('x'));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (said) => {
        const shown = hostile(said);
        expect(structureOf(shown)).toEqual(plain);
        expect(faultsOf(shown)).toEqual([]);
      }),
    );
  });
});

describe('the notice of a stop', () => {
  test('stands while everything or an agent is stopped', () => {
    expect(stopNotice([stopOf({ kind: 'everything', target: '' }), stopOf()])?.text).toContain('Everything is stopped');
    expect(stopNotice([stopOf(), stopOf({ target: 'support-agent' })])?.text).toContain(
      'Stopped: publisher-agent, support-agent.',
    );
  });

  test.each([[[]], [[stopOf({ kind: 'token' }), stopOf({ kind: 'tool' })]]])('does not stand for less', (stops) => {
    expect(stopNotice(stops)).toBeUndefined();
  });
});
