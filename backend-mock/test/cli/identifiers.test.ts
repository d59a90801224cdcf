import { describe, expect, test } from '@jest/globals';
import { withIdentifiersLast } from '../../src/cli/identifiers.ts';

const KEYID = '-gID3NK612sOU0XkRfCXFFIkh712QFMLlqA-cTq0W64';
const CREDENTIAL = '--tJvGxQ3yQm2o8QkQ1vRw';

describe('identifiers that begin with a hyphen [people.cli]', () => {
  test.each([
    [
      ['token', 'revoke', KEYID, '--json'],
      ['token', 'revoke', '--json', '--', KEYID],
    ],
    [
      ['suspend', 'token', KEYID, '--reason', 'strange'],
      ['suspend', 'token', '--reason', 'strange', '--', KEYID],
    ],
    [
      ['people', 'revoke-passkey', CREDENTIAL],
      ['people', 'revoke-passkey', '--', CREDENTIAL],
    ],
    [
      ['token', 'revoke', '--', KEYID],
      ['token', 'revoke', '--', KEYID],
    ],
  ])('%j', (given, expected) => {
    expect(withIdentifiersLast(given)).toEqual(expected);
  });

  test('everything else stays where it is', () => {
    const argv = [
      'token',
      'mint',
      'crm-reader',
      '--passphrase-fd',
      '3',
      '--client=crm-reader-export-for-the-team',
      '-h',
    ];
    expect(withIdentifiersLast(argv)).toEqual(argv);
  });
});
