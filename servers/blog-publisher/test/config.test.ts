import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { formatToken } from '@narrow-deputies/signing';
import { readConfig } from '../src/config.ts';
import { usageFor } from '../src/usage.ts';
import { NAME, VERSION } from '../src/version.ts';
import manifest from '../package.json' with { type: 'json' };
import { temporaryFolder } from './support.ts';

const seed = new Uint8Array(32).fill(9);
const token = (clientId: string): string => formatToken({ environment: 'development', clientId, seed });
const folder = temporaryFolder();
const good = (): Record<string, string | undefined> => ({
  DEPUTY_TOKEN: token('blog-publisher'),
  DEPUTY_BACKEND_URL: 'http://127.0.0.1:4180',
  BLOG_DRAFTS_DIR: folder,
});

const faultsOf = (changes: Record<string, string | undefined>): string[] => {
  const result = readConfig({ ...good(), ...changes });
  return result.ok ? [] : result.faults;
};

describe('readConfig [token.offline]', () => {
  test('reads three variables and takes the token out of the environment', () => {
    const environment = good();
    const result = readConfig(environment);
    expect(result).toMatchObject({
      ok: true,
      config: { backendUrl: 'http://127.0.0.1:4180', draftsRoot: folder, token: { clientId: 'blog-publisher' } },
    });
    expect(environment).not.toHaveProperty('DEPUTY_TOKEN');
  });

  test('resolves the drafts folder once', () => {
    const link = join(temporaryFolder(), 'link');
    symlinkSync(folder, link);
    const result = readConfig({ ...good(), BLOG_DRAFTS_DIR: link });
    expect(result).toMatchObject({ ok: true, config: { draftsRoot: folder } });
  });

  test('accepts a second token of the same server', () => {
    expect(faultsOf({ DEPUTY_TOKEN: token('blog-publisher-laptop') })).toEqual([]);
  });

  test.each([
    'https://admin.example.com',
    'https://admin.example.com:8443',
    'http://localhost:1',
    'http://127.9.9.9:1',
    'http://[::1]:4180',
  ])('accepts the backend %s', (url) => expect(faultsOf({ DEPUTY_BACKEND_URL: url })).toEqual([]));

  test.each([
    ['is missing', undefined, /DEPUTY_TOKEN is not set/],
    ['is empty', '', /DEPUTY_TOKEN is not set/],
    ['is still encrypted', '__encrypted__:djEwSECRET', /still encrypted/],
    ['has a typing error', token('blog-publisher').replace('09', '08'), /checksum/],
    ['is no token', 'SECRET', /not an API token/],
    ['has white space', ` ${token('blog-publisher')}`, /not an API token/],
    ['belongs to another server', token('crm-reader'), /belongs to another server/],
    ['belongs to a look-alike', token('blog-publishers'), /belongs to another server/],
  ])('refuses a token that %s, without repeating it', (_what, value, message) => {
    const faults = faultsOf({ DEPUTY_TOKEN: value });
    expect(faults).toEqual([expect.stringMatching(message)]);
    expect(faults.join()).not.toMatch(/SECRET|0909/);
  });

  test.each([
    [undefined, /not set/],
    ['admin.example.com', /not a http/],
    ['file:///etc', /not a http/],
    ['https://admin.example.com/', /slash/],
    ['https://admin.example.com/api', /origin only/],
    ['https://user:pass@admin.example.com', /origin only/],
    ['https://admin.example.com?x=1', /origin only/],
    ['http://admin.example.com', /https/],
    ['http://127.0.0.1.example.com', /https/],
    ['http://localhost.example.com', /https/],
  ])('refuses the backend %s', (url, message) => {
    expect(faultsOf({ DEPUTY_BACKEND_URL: url })).toEqual([expect.stringMatching(message)]);
  });

  test('refuses a drafts folder that is missing or no folder', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(faultsOf({ BLOG_DRAFTS_DIR: undefined })).toEqual([expect.stringMatching(/not set/)]);
    expect(faultsOf({ BLOG_DRAFTS_DIR: join(folder, 'none') })).toEqual([expect.stringMatching(/does not exist/)]);
    expect(faultsOf({ BLOG_DRAFTS_DIR: file })).toEqual([expect.stringMatching(/not a folder/)]);
  });

  test('names every fault at once', () => {
    const result = readConfig({});
    expect(result.ok ? [] : result.faults).toHaveLength(3);
  });
});

describe('usage', () => {
  test('help and version go to stdout with code 0, anything unknown to stderr with code 1', () => {
    expect(usageFor(['--version'])).toEqual({ text: '0.1.0\n', stream: 'stdout', exitCode: 0 });
    expect(usageFor(['--help'])).toMatchObject({ stream: 'stdout', exitCode: 0 });
    expect(usageFor(['--frobnicate'])).toMatchObject({ stream: 'stderr', exitCode: 1 });
    expect(usageFor([])).toBeUndefined();
  });

  test('name and version are those of package.json', () => {
    expect(`@narrow-deputies/${NAME}@${VERSION}`).toBe(`${manifest.name}@${manifest.version}`);
  });
});
