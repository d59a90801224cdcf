import { describe, expect, test } from '@jest/globals';
import { clientIdFor, type KnownClient } from '../../src/cli/client-id.ts';
import { profileOf, type ServerProfile } from '../../src/grants/server-profiles.ts';

const PROFILE = profileOf('crm-reader') as ServerProfile;
const LOOKUP = { agent: 'lookup-agent', owner: 'owner' };
const FIRST: KnownClient = { clientId: 'crm-reader', ...LOOKUP };
const numbered = (from: number, to: number): KnownClient[] =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ ...FIRST, clientId: `crm-reader-bob-${from + at}` }));

describe('the client id of a new token [principal.mint]', () => {
  test.each<[string, { agent: string; owner: string }, KnownClient[], string]>([
    ['the server itself while it is free', LOOKUP, [], 'crm-reader'],
    ['the server itself where it is theirs', LOOKUP, [FIRST], 'crm-reader'],
    ['the same however a name is spelled', { ...LOOKUP, owner: 'OWNER' }, [FIRST], 'crm-reader'],
    ['named after another agent', { ...LOOKUP, agent: 'export-agent' }, [FIRST], 'crm-reader-export-agent'],
    ['named after another owner', { ...LOOKUP, owner: 'Bob' }, [FIRST], 'crm-reader-bob'],
    ['named after both', { agent: 'export-agent', owner: 'Bob' }, [FIRST], 'crm-reader-export-agent-bob'],
    ['of plain letters alone', { ...LOOKUP, owner: "Zoë O'Neil" }, [FIRST], 'crm-reader-zoe-o-neil'],
    ['numbered where nothing is left of a name', { ...LOOKUP, owner: '李' }, [FIRST], 'crm-reader-2'],
    [
      'theirs again',
      { ...LOOKUP, owner: 'Bob' },
      [FIRST, { ...FIRST, clientId: 'crm-reader-bob', owner: 'bob' }],
      'crm-reader-bob',
    ],
    [
      'numbered where it is taken too',
      { ...LOOKUP, owner: 'Bob' },
      [FIRST, { ...FIRST, clientId: 'crm-reader-bob' }, ...numbered(2, 4)],
      'crm-reader-bob-5',
    ],
    ['not one of somebody who is gone', LOOKUP, [{ ...FIRST, owner: null }], 'crm-reader-2'],
    ['never too long', { ...LOOKUP, owner: 'b'.repeat(64) }, [FIRST], `crm-reader-${'b'.repeat(45)}`],
  ])('is %s', (_what, wanted, taken, expected) => {
    expect(clientIdFor(PROFILE, wanted, taken)).toBe(expected);
    expect(expected).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });
});
