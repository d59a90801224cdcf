import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { formatToken } from '@narrow-deputies/signing';
import { readConfig } from '../src/config.ts';
import { usageFor } from '../src/usage.ts';
import { NAME } from '../src/version.ts';
import { temporaryFolder } from './support.ts';

const folder = temporaryFolder();
const token = formatToken({ environment: 'development', clientId: NAME, seed: new Uint8Array(32).fill(9) });
const read = (BLOG_DRAFTS_DIR: string | undefined) =>
  readConfig({ DEPUTY_TOKEN: token, DEPUTY_BACKEND_URL: 'http://127.0.0.1:4180', BLOG_DRAFTS_DIR });
const faultsOf = (value: string | undefined): string[] => {
  const result = read(value);
  return result.ok ? [] : result.faults;
};

describe('the drafts folder', () => {
  test('is resolved once', () => {
    const link = join(temporaryFolder(), 'link');
    symlinkSync(folder, link);
    expect(read(folder)).toMatchObject({ ok: true, config: { draftsRoot: folder } });
    expect(read(link)).toMatchObject({ ok: true, config: { draftsRoot: folder } });
  });

  test('is a folder that is there', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(faultsOf(undefined)).toEqual([expect.stringMatching(/not set/)]);
    expect(faultsOf(join(folder, 'none'))).toEqual([expect.stringMatching(/does not exist/)]);
    expect(faultsOf(file)).toEqual([expect.stringMatching(/not a folder/)]);
  });

  test('is one fault among the others', () => {
    const result = readConfig({});
    expect(result.ok ? [] : result.faults).toHaveLength(3);
  });

  test('is named in the help', () => {
    expect(usageFor(['--help'])?.text).toContain('BLOG_DRAFTS_DIR');
  });
});
