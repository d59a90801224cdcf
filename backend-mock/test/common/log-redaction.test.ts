import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { errorRecord, HIDDEN_KEYS, REDACTION } from '../../src/common/log-redaction.ts';

const PRIVATE = 'Greta Holmberg, Lindenallee 14';
const SEED = 'ab'.repeat(32);

/** What a logger writes of some fields. */
function written(fields: object, options: object = REDACTION): string {
  let text = '';
  const logger = pino({ base: null, ...options }, { write: (line: string) => (text += line) });
  logger.warn(fields, 'something failed');
  return text;
}

describe('a line of the log', () => {
  test.each(HIDDEN_KEYS)('hides what stands under "%s", wherever it is [trace.no-secret]', (key) => {
    const all = { [key]: PRIVATE, call: { [key]: PRIVATE, request: { [key]: [PRIVATE] } } };
    expect(written(all)).not.toContain('Greta');
    expect(written(all, {})).toContain('Greta');
    expect(JSON.parse(written(all))).toMatchObject({ msg: 'something failed', [key]: '[redacted]' });
  });

  test.each([
    ['an API token', `deputy_production_crm-reader_${SEED}01234567`],
    ['a seed', SEED],
    ['a grant', `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(43)}`],
    ['a header', 'Bearer abcdef0123456789'],
    ['a signature', `sig=:${'QUJD'.repeat(21)}:`],
    ['a key file', '-----BEGIN PRIVATE KEY-----MC4CAQAwBQYDK2VwBCIEI'],
    ['an address with its password', 'postgres://deputies:hunter2hunter2@db/deputies'],
    ['an e-mail address', 'kontakt@teehaus-linde.example'],
  ])('hides %s in any text [trace.no-secret]', (_what, secret) => {
    for (const fields of [
      { note: `before ${secret} after` },
      { list: [secret] },
      { err: new Error(`with ${secret}`) },
    ]) {
      const line = written(fields);
      expect(line).toContain('[redacted]');
      expect(line).not.toContain(secret.slice(-12));
      expect(JSON.parse(line)).toMatchObject({ msg: 'something failed' });
    }
    expect(written({ note: secret }, {})).toContain(secret.slice(-12));
  });

  test('says of an error what kind it is and where it arose, and nothing that it was given [trace.no-secret]', () => {
    const cause = Object.assign(new TypeError(`no such thing: '${PRIVATE}'`), { input: PRIVATE });
    const error = Object.assign(new Error(`duplicate key "${PRIVATE}" is "not" unique`, { cause }), {
      code: '23505',
      constraint: 'customers_pkey',
      detail: `Key (name)=(${PRIVATE}) already exists.`,
      parameters: [PRIVATE],
    });
    const line = written({ err: error });
    expect(line).not.toContain('Greta');
    expect(line).not.toContain(import.meta.dirname);
    expect(JSON.parse(line)).toMatchObject({
      err: {
        type: 'Error',
        code: '23505',
        constraint: 'customers_pkey',
        message: 'duplicate key "…" unique',
        stack: expect.arrayContaining([expect.stringMatching(/^at .*log-redaction\.test\.ts:\d+:\d+\)?$/)]),
        cause: { type: 'TypeError', message: "no such thing: '…'" },
      },
    });
    expect(written({ err: error }, {})).toContain('Greta');
  });

  test('takes a message that looks like a place for a message [trace.no-secret]', () => {
    const error = new Error(`first line\n    at ${PRIVATE} (/home/greta/x.ts:1:1)`);
    expect(JSON.stringify(errorRecord(error).stack)).not.toContain('Greta');
  });

  test.each([undefined, null, 'text', 7, { message: 7 }, Object.create(null)])('survives %p as an error', (thrown) => {
    expect(errorRecord(thrown)).toMatchObject({ message: '', stack: [] });
  });
});
