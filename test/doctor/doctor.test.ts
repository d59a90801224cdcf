import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeReady, type Ready, type ServerEntry } from '@narrow-deputies/backend-mock';
import { PASSPHRASE, Product } from '../support/product.ts';
import { NODE, runScript } from '../support/processes.ts';

const SERVER = 'blog-publisher';

interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly found: string;
  readonly advice?: string;
}

interface Report {
  readonly code: number | null;
  readonly checks: ReadonlyMap<string, Check>;
  /** Names of what failed. */
  readonly failed: readonly string[];
}

let product: Product;
let token: string;

beforeAll(async () => {
  product = await Product.start();
  token = entryOf(product.ready).env['DEPUTY_TOKEN'] ?? '';
});
afterAll(() => product.dispose());

function entryOf(ready: Ready): ServerEntry {
  const entry = ready.servers[SERVER];
  if (!entry) throw new Error(`The ready file has no ${SERVER}.`);
  return entry;
}

/** Whatever the doctor says, it says no secret. */
function requireNoSecret(output: string): void {
  expect(output).not.toContain(token.slice(-72));
  expect(output).not.toContain(token.slice(-72, -40));
  expect(output).not.toContain(PASSPHRASE);
}

async function doctor(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Report> {
  const { code, stdout, stderr } = await runScript('deputies', ['doctor', ...args, '--json'], {
    ...product.env,
    ...env,
  });
  requireNoSecret(stdout + stderr);
  if (stdout === '') throw new Error(`The doctor said nothing: ${stderr}`);
  const report = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  expect(report.ok).toBe(code === 0);
  for (const check of report.checks) expect(check.status === 'ok' || (check.advice ?? '') !== '').toBe(true);
  return {
    code,
    checks: new Map(report.checks.map((check) => [check.name, check])),
    failed: report.checks.filter(({ status }) => status === 'fail').map(({ name }) => name),
  };
}

/** The doctor's report about a home whose ready file differs from the real one. */
async function doctorOf(change: (ready: Ready) => Ready, prepare?: (home: string) => Promise<void>): Promise<Report> {
  const home = await mkdtemp(join(product.folder, 'other-'));
  await writeReady(join(home, 'ready.json'), change(product.ready));
  await prepare?.(home);
  return doctor(['--home', home]);
}

const withEntry = (ready: Ready, change: Partial<ServerEntry>): Ready => ({
  ...ready,
  servers: { ...ready.servers, [SERVER]: { ...entryOf(ready), ...change } },
});

const withEnv = (ready: Ready, env: Readonly<Record<string, string>>): Ready =>
  withEntry(ready, { env: { ...entryOf(ready).env, ...env } });

/** One hexadecimal digit of the secret is another one. */
const mistyped = (text: string): string => {
  const at = text.length - 20;
  return `${text.slice(0, at)}${text[at] === 'a' ? 'b' : 'a'}${text.slice(at + 1)}`;
};

describe('the doctor of a home where all is well', () => {
  test('finds everything in order and ends with status 0 [people.doctor]', async () => {
    const { code, checks } = await doctor();
    expect([...checks.values()].filter(({ status }) => status !== 'ok')).toEqual([]);
    expect([...checks.keys()]).toEqual([
      'Node',
      'configuration',
      'backend process',
      'private files',
      'people: owner',
      'people: reviewer',
      `${SERVER}: token`,
      `${SERVER}: backend`,
      `${SERVER}: clock`,
      `${SERVER}: grant`,
      `${SERVER}: drafts`,
      `${SERVER}: launch`,
    ]);
    expect(code).toBe(0);
  });

  test('says so in plain words without --json', async () => {
    const { code, stdout, stderr } = await product.deputies('doctor');
    requireNoSecret(stdout + stderr);
    expect(stderr).toBe('');
    expect(stdout).toContain('12 in order, 0 to look at, 0 failed.');
    expect(code).toBe(0);
  });

  test('finds the same for a host that was configured by hand, from the environment alone', async () => {
    const { code, failed, checks } = await doctor(['--server', SERVER], {
      ...entryOf(product.ready).env,
      DEPUTIES_HOME: join(product.folder, 'nowhere'),
    });
    expect({ code, failed }).toEqual({ code: 0, failed: [] });
    expect(checks.get(`${SERVER}: grant`)?.status).toBe('ok');
    expect(checks.has('configuration')).toBe(false);
  });
});

describe('the doctor finds what is wrong in a ready file, and nothing else [people.doctor]', () => {
  test('a token with a typing error', async () => {
    const { code, failed, checks } = await doctorOf((ready) => withEnv(ready, { DEPUTY_TOKEN: mistyped(token) }));
    expect(failed).toEqual([`${SERVER}: token`]);
    expect(checks.get(`${SERVER}: token`)?.found).toContain('typing error');
    expect(code).toBe(1);
  });

  test('a drafts folder that is gone', async () => {
    const gone = join(product.folder, 'gone');
    const { failed } = await doctorOf((ready) => withEnv(ready, { BLOG_DRAFTS_DIR: gone }));
    expect(failed).toEqual([`${SERVER}: drafts`]);
  });

  test('a drafts folder that the launch flags do not name', async () => {
    const other = join(product.folder, 'other-drafts');
    await mkdir(other);
    const { failed, checks } = await doctorOf((ready) => withEnv(ready, { BLOG_DRAFTS_DIR: other }));
    expect(failed).toEqual([`${SERVER}: drafts`]);
    expect(checks.get(`${SERVER}: drafts`)?.found).toContain('launch flags');
  });

  test('flags that the server does not start with', async () => {
    const { failed } = await doctorOf((ready) =>
      withEntry(ready, { args: ['--no-such-flag', ...entryOf(ready).args] }),
    );
    expect(failed).toEqual([`${SERVER}: launch`]);
  });

  test('a token of another environment', async () => {
    const { failed } = await doctorOf((ready) => ({ ...ready, environment: 'production' }));
    expect(failed).toEqual([`${SERVER}: token`]);
  });

  test('a backend process that is gone', async () => {
    const { pid } = spawnSync(NODE, ['--version']);
    const { failed } = await doctorOf((ready) => ({ ...ready, pid }));
    expect(failed).toEqual(['backend process']);
  });

  test('a file with tokens that others may read', async () => {
    const { failed, checks } = await doctorOf(
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
    const { failed } = await doctorOf(
      (ready) => ready,
      (home) => writeFile(join(home, 'ready.json'), '{"environment":'),
    );
    expect(failed).toEqual(['configuration']);
  });
});

describe('the doctor of a host that was configured by hand [people.doctor]', () => {
  test('names every variable that is missing', async () => {
    const { code, failed } = await doctor(['--server', SERVER]);
    expect(failed).toEqual([`${SERVER}: token`, `${SERVER}: backend`, `${SERVER}: drafts`]);
    expect(code).toBe(1);
  });

  test('does not repeat a token that stands in the wrong place', async () => {
    const { failed } = await doctor(['--server', SERVER], {
      DEPUTY_TOKEN: `${token}0`,
      DEPUTY_BACKEND_URL: `http://127.0.0.1:1/${token}`,
      BLOG_DRAFTS_DIR: token,
    });
    expect(failed).toEqual([`${SERVER}: token`, `${SERVER}: backend`, `${SERVER}: drafts`]);
  });

  test('refuses a server that does not exist', async () => {
    const { code, stdout } = await product.deputies('doctor', '--server', 'no-such-server', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'unknown_server' } });
    expect(code).toBe(1);
  });
});

describe('the doctor of a machine whose clock is off [people.doctor]', () => {
  let fake: Server;
  let fakeUrl: string;

  beforeAll(async () => {
    fake = createServer((_request, response) => {
      response.sendDate = false;
      response.setHeader('date', new Date(Date.now() + 60_000).toUTCString());
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'ok', environment: 'development', access_token: 'x', scope: '' }));
    });
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    fakeUrl = `http://127.0.0.1:${(fake.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    fake.closeAllConnections();
    await new Promise((resolve) => fake.close(resolve));
  });

  test('compares it with the date of an answer', async () => {
    const { code, failed, checks } = await doctorOf((ready) => withEnv(ready, { DEPUTY_BACKEND_URL: fakeUrl }));
    expect(failed).toEqual([`${SERVER}: clock`]);
    expect(checks.get(`${SERVER}: clock`)?.found).toMatch(/at least 5\d\.\d s behind/);
    expect(code).toBe(1);
  });
});

// These end what the others need, one after the other.
describe('the doctor of a home that stops working [people.doctor]', () => {
  test('a key of a person that is not the enrolled one', async () => {
    const people = join(product.folder, 'others');
    const other = { DEPUTIES_PEOPLE: people, DEPUTIES_HOME: join(product.folder, 'other-home') };
    await mkdir(other.DEPUTIES_HOME);
    const enrolled = await runScript('deputies', ['people', 'enrol'], { ...product.env, ...other });
    expect(enrolled.code).toBe(0);
    const { failed } = await doctor([], { DEPUTIES_PEOPLE: people });
    expect(failed).toEqual(['people: owner', 'people: reviewer']);
  });

  test('people who have no key cannot approve yet, which is no failure', async () => {
    const home = join(product.folder, 'new-home');
    await mkdir(home);
    await writeReady(join(home, 'ready.json'), product.ready);
    const { failed, checks } = await doctor(['--home', home], { DEPUTIES_PEOPLE: join(product.folder, 'nobody') });
    expect(failed).toEqual([]);
    expect(checks.get('people: owner')).toMatchObject({
      status: 'warn',
      advice: expect.stringContaining('people enrol'),
    });
  });

  test('a token that was revoked', async () => {
    const [{ keyid } = { keyid: '' }] = await product.deputiesJson<{ keyid: string }[]>('token', 'list');
    await product.deputiesJson('token', 'revoke', keyid);
    const { code, failed, checks } = await doctor();
    expect(failed).toEqual([`${SERVER}: grant`]);
    expect(checks.get(`${SERVER}: grant`)).toMatchObject({
      found: 'unauthenticated: The API token of this client is revoked.',
      advice: expect.stringContaining(`token mint ${SERVER} --save`),
    });
    expect(code).toBe(1);
  });

  test('a backend that was killed', async () => {
    await product.halt('SIGKILL');
    const { code, failed, checks } = await doctor();
    expect(failed).toEqual(['backend process', `${SERVER}: backend`]);
    expect(checks.get(`${SERVER}: grant`)?.status).toBe('warn');
    expect(code).toBe(1);
  });

  test('no backend at all', async () => {
    await rm(join(product.home, 'ready.json'));
    const { code, failed, checks } = await doctor();
    expect(failed).toEqual(['configuration']);
    expect(checks.get('configuration')?.advice).toContain('npm start');
    expect(code).toBe(1);
  });
});
