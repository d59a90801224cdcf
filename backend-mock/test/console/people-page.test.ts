import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { peoplePage, type People } from '../../src/console/pages/people-page.ts';
import type { Passkey } from '../../src/people/passkeys/passkeys-repository.ts';
import { makePerson, MINUTE, NOON, OWNER, REVIEWER } from '../support/rows.ts';
import { faultsOf, structureOf } from './structure.ts';

const passkey = (overrides: Partial<Passkey> = {}): Passkey => ({
  id: 'passkey-1',
  personId: REVIEWER.id,
  publicKey: 'pk',
  counter: 0,
  transports: [],
  label: 'Blue key',
  invitationId: 'invitation-1',
  state: 'active',
  createdAt: NOON - 60 * MINUTE,
  lastUsedAt: NOON - 5 * MINUTE,
  ...overrides,
});
const INVITATION = {
  id: 'invitation-2',
  secretDigest: 'not shown',
  name: 'Ines',
  roles: ['reviewer'],
  invitedBy: OWNER.id,
  createdAt: NOON,
  expiresAt: NOON + 60 * MINUTE,
  usedAt: null,
} as const;

const page = (overrides: Partial<People> = {}): string =>
  peoplePage(
    {
      viewer: OWNER,
      people: [OWNER, REVIEWER],
      passkeys: [passkey()],
      invitations: [INVITATION],
      sessions: [
        { id: 'here', passkey: 'Laptop', createdAt: NOON - 10 * MINUTE, seenAt: NOON },
        { id: 'there', passkey: 'Phone', createdAt: NOON - 20 * MINUTE, seenAt: NOON - 9 * MINUTE },
      ],
      here: 'here',
      ...overrides,
    },
    NOON,
  ).text.replaceAll(/\s*\n\s*/g, ' ');

const formsOf = (shown: string): string[] =>
  [...shown.matchAll(/data-act="([^"]+)" data-arguments="([^"]*)"/g)].map(
    ([, act, args = '']) => `${act} ${args.replaceAll('&quot;', "'")}`,
  );

describe('the people page', () => {
  test('says who is enrolled, with which passkeys, who is invited and where one is signed in', () => {
    const shown = page();
    for (const text of [
      'owner <small>you</small>',
      '<span>owner, administrator</span>',
      '<p class="hint">No passkey.</p>',
      '<b>Blue key</b>',
      'Last used <time datetime="2026-11-20T11:55:00.000Z"',
      'Ines',
      'Made by owner',
      'This browser',
      'Another browser',
      'with Phone',
    ]) {
      expect(shown).toContain(text);
    }
    expect(shown).not.toContain('not shown');
    expect(faultsOf(shown)).toEqual([]);
  });

  test('gives an administrator a form for each change, but none to take their own administration away', () => {
    expect(formsOf(page())).toEqual([
      "change_roles {'personId':'p_owner'}",
      "revoke_passkey {'passkeyId':'passkey-1'}",
      "change_roles {'personId':'p_reviewer'}",
      "end_sessions {'personId':'p_reviewer'}",
      "remove_person {'personId':'p_reviewer'}",
      "revoke_invitation {'invitationId':'invitation-2'}",
      'invite {}',
      'end_sessions {}',
    ]);
  });

  test('gives everybody else only the end of their own sessions', () => {
    const shown = page({ viewer: REVIEWER });
    expect(formsOf(shown)).toEqual(['end_sessions {}']);
    expect(shown).toContain('data-next="/sign-in"');
  });

  test('ticks the roles that somebody has', () => {
    const [, own = ''] = page().split('<p class="what">reviewer');
    const [boxes = ''] = own.split('</fieldset>');
    expect([...boxes.matchAll(/value="([^"]+)" checked/g)].map(([, role]) => role)).toEqual(['reviewer']);
  });

  test('shows no revoked passkey, and somebody who was removed last and without a form', () => {
    const removed = { ...makePerson('Rolf', ['owner']), state: 'removed' as const };
    const shown = page({ people: [removed, OWNER], passkeys: [passkey({ personId: OWNER.id, state: 'revoked' })] });
    expect(shown).not.toContain('Blue key');
    expect(shown.indexOf('Rolf')).toBeGreaterThan(shown.indexOf('<small>you'));
    expect(formsOf(shown)).not.toContain("change_roles {'personId':'p_Rolf'}");
  });

  test('every button says what it does, and to whom', () => {
    const buttons = [...page().matchAll(/<button type="submit"[^>]*>([^<]*)</g)].map(([, text]) => text);
    expect(buttons).toEqual([
      'Give owner these roles',
      'Revoke reviewer&#39;s passkey &quot;Blue key&quot; for good',
      'Give reviewer these roles',
      'End all sessions of reviewer',
      'Remove reviewer for good',
      'Take the link for Ines back',
      'Make a link',
      'End all my sessions',
    ]);
  });

  test('no name or label brings in an element or an attribute', () => {
    const hostile = (said: string): string =>
      page({
        people: [OWNER, { ...REVIEWER, name: said }],
        passkeys: [passkey({ id: said, label: said })],
        invitations: [{ ...INVITATION, name: said }],
        sessions: [{ id: said, passkey: said, createdAt: NOON, seenAt: NOON }],
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
