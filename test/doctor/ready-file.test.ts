import { spawnSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NODE } from '../support/processes.ts';
import { entryOf, Patient, SERVER, withEntry, withEnv } from './patient.ts';

let patient: Patient;

beforeAll(async () => {
  patient = await Patient.start();
});
afterAll(() => patient.dispose());

/** One hexadecimal digit of the secret is another one. */
const mistyped = (text: string): string => {
  const at = text.length - 20;
  return `${text.slice(0, at)}${text[at] === 'a' ? 'b' : 'a'}${text.slice(at + 1)}`;
};

describe('the doctor finds what is wrong in a ready file, and nothing else [people.doctor]', () => {
  test('a token with a typing error', async () => {
    const { code, failed, checks } = await patient.examineWith((ready) =>
      withEnv(ready, { DEPUTY_TOKEN: mistyped(patient.token) }),
    );
    expect(failed).toEqual([`${SERVER}: token`]);
    expect(checks.get(`${SERVER}: token`)?.found).toContain('typing error');
    expect(code).toBe(1);
  });

  test('a drafts folder that is gone', async () => {
    const gone = join(patient.product.folder, 'gone');
    const { failed } = await patient.examineWith((ready) => withEnv(ready, { BLOG_DRAFTS_DIR: gone }));
    expect(failed).toEqual([`${SERVER}: drafts`]);
  });

  test('a drafts folder that the launch flags do not name', async () => {
    const other = join(patient.product.folder, 'other-drafts');
    await mkdir(other);
    const { failed, checks } = await patient.examineWith((ready) => withEnv(ready, { BLOG_DRAFTS_DIR: other }));
    expect(failed).toEqual([`${SERVER}: drafts`]);
    expect(checks.get(`${SERVER}: drafts`)?.found).toContain('launch flags');
  });

  test('flags that the server does not start with', async () => {
    const { failed } = await patient.examineWith((ready) =>
      withEntry(ready, { args: ['--no-such-flag', ...entryOf(ready).args] }),
    );
    expect(failed).toEqual([`${SERVER}: launch`]);
  });

  test('a token of another environment', async () => {
    const { failed } = await patient.examineWith((ready) => ({ ...ready, environment: 'production' }));
    const servers = Object.keys(patient.product.ready.servers);
    expect(failed).toEqual(['people: private keys', ...servers.map((server) => `${server}: token`)]);
  });

  test('a backend process that is gone', async () => {
    const { pid } = spawnSync(NODE, ['--version']);
    const { failed } = await patient.examineWith((ready) => ({ ...ready, pid }));
    expect(failed).toEqual(['backend process']);
  });

  test('a file with tokens that others may read', async () => {
    const { failed, checks } = await patient.examineWith(
      (ready) => ready,
      async (home) => {
        await writeFile(join(home, 'tokens.json'), '{}');
        await chmod(join(home, 'tokens.json'), 0o640);
      },
    );
    expect(failed).toEqual(['private files']);
    expect(checks.get('private files')?.found).toContain('tokens.json (0640)');
  });

  test('a ready file that is none', async () => {
    const { failed } = await patient.examineWith(
      (ready) => ready,
      (home) => writeFile(join(home, 'ready.json'), '{"environment":'),
    );
    expect(failed).toEqual(['configuration']);
  });
});
