import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { formatToken } from '@narrow-deputies/signing';
import { ROOT } from '../support/processes.ts';
import { SERVERS } from './servers.ts';

const seed = new Uint8Array(32).fill(9);
const token = (clientId: string): string => formatToken({ environment: 'development', clientId, seed });

describe.each(SERVERS)('the configuration of $name [token.offline]', ({ name, network, readConfig }) => {
  // One variable more than some read; the others pass it over.
  const BLOG_DRAFTS_DIR = network.temporaryFolder();
  const good = (): Record<string, string | undefined> => ({
    DEPUTY_TOKEN: token(name),
    DEPUTY_BACKEND_URL: 'http://127.0.0.1:4180',
    BLOG_DRAFTS_DIR,
  });
  const faultsOf = (changes: Record<string, string | undefined>): string[] => {
    const result = readConfig({ ...good(), ...changes });
    return result.ok ? [] : result.faults;
  };

  test('is read from the environment, and the token is taken out of it', () => {
    const environment = good();
    expect(readConfig(environment)).toMatchObject({
      ok: true,
      config: { backendUrl: 'http://127.0.0.1:4180', token: { clientId: name } },
    });
    expect(environment).not.toHaveProperty('DEPUTY_TOKEN');
  });

  test('may hold a second token of the same server', () => {
    expect(faultsOf({ DEPUTY_TOKEN: token(`${name}-laptop`) })).toEqual([]);
  });

  test.each([
    'https://admin.example.com',
    'https://admin.example.com:8443',
    'http://localhost:1',
    'http://127.9.9.9:1',
    'http://[::1]:4180',
  ])('accepts the backend %s', (url) => expect(faultsOf({ DEPUTY_BACKEND_URL: url })).toEqual([]));

  const others = SERVERS.map((server) => server.name).filter((other) => other !== name);

  test.each([
    ['is missing', undefined, /DEPUTY_TOKEN is not set/],
    ['is empty', '', /DEPUTY_TOKEN is not set/],
    ['is still encrypted', '__encrypted__:djEwSECRET', /still encrypted/],
    ['has a typing error', token(name).replace('09', '08'), /checksum/],
    ['is no token', 'SECRET', /not an API token/],
    ['has white space', ` ${token(name)}`, /not an API token/],
    ['belongs to a look-alike', token(`${name}s`), /belongs to another server/],
    ...others.map((other) => [`belongs to ${other}`, token(other), /belongs to another server/] as const),
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

  test('names every fault at once', () => {
    expect(faultsOf({ DEPUTY_TOKEN: '', DEPUTY_BACKEND_URL: '' })).toHaveLength(2);
  });
});

describe.each(SERVERS)('what $name says to a person', ({ name, usageFor, version }) => {
  test('help and version go to stdout with code 0, anything unknown to stderr with code 1', () => {
    expect(usageFor(['--version'])).toEqual({ text: '0.1.0\n', stream: 'stdout', exitCode: 0 });
    expect(usageFor(['--help'])).toMatchObject({ stream: 'stdout', exitCode: 0 });
    expect(usageFor(['--help'])?.text).toContain(`minted for ${name}`);
    expect(usageFor(['--frobnicate'])).toMatchObject({ stream: 'stderr', exitCode: 1 });
    expect(usageFor([])).toBeUndefined();
  });

  test('name and version are those of package.json', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'servers', name, 'package.json'), 'utf8')) as object;
    expect(manifest).toMatchObject({ name: `@narrow-deputies/${version.NAME}`, version: version.VERSION });
    expect(version.NAME).toBe(name);
  });
});
