import { spawn, type ChildProcess } from 'node:child_process';
import { access, mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readReady, type Ready } from '@narrow-deputies/backend-mock';
import { ROOT, runScript, until, watch, type Finished } from '../support/processes.ts';

const PASSPHRASE = 'only for this temporary home';
/** A folder of the workspace that is no package, where people stand who read. */
const DOCS = join(ROOT, 'docs');

let scratch: string;
let home: string;
let env: NodeJS.ProcessEnv;
let npm: ChildProcess;
let told: () => string;
let ended: Promise<Finished>;
let ready: Ready;

/** A line for a shell, typed in the documents' folder. */
async function typed(line: string, more: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const child = spawn('sh', ['-c', line], { cwd: DOCS, env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
  return watch(child).ended;
}

const printed = (words: string): string => {
  const line = told()
    .split('\n')
    .find((each) => each.trim().startsWith(`npm run deputies -- ${words}`));
  if (line === undefined) throw new Error(`Nothing was printed that begins with "${words}":\n${told()}`);
  return line.trim();
};

beforeAll(async () => {
  // A space, as in the names of people's folders.
  scratch = await mkdtemp(join(tmpdir(), 'first minutes-'));
  home = join(scratch, 'home');
  env = {
    PATH: process.env['PATH'],
    HOME: scratch,
    DEPUTIES_PEOPLE: join(scratch, 'people'),
    DEPUTIES_PASSPHRASE: PASSPHRASE,
    npm_config_update_notifier: 'false',
  };
  const drafts = relative(DOCS, join(scratch, 'my-drafts'));
  const args = [
    'start',
    '--',
    '--port',
    '0',
    '--console-port',
    '0',
    '--home',
    relative(DOCS, home),
    '--drafts',
    drafts,
  ];
  npm = spawn('npm', args, { cwd: DOCS, env, stdio: ['ignore', 'pipe', 'pipe'] });
  ({ output: told, ended } = watch(npm));
  let over = false;
  npm.once('close', () => (over = true));
  ready = await until('the ready file', async () => {
    if (over) throw new Error(`It ended at once:\n${told()}`);
    return readReady(join(home, 'ready.json'));
  });
  await until('the last line', () => (told().includes('Stop with Ctrl+C') ? true : undefined));
}, 90_000);
afterAll(async () => {
  if (npm.exitCode === null && npm.signalCode === null) npm.kill('SIGTERM');
  await ended;
  await rm(scratch, { recursive: true, force: true });
}, 60_000);

describe('npm start, typed in a folder below', () => {
  test('makes the drafts folder from where the person stands, with an example [start.drafts, start.paths]', async () => {
    expect(await readdir(join(scratch, 'my-drafts'))).toEqual(['water.md']);
    expect(told()).toContain(`${join(scratch, 'my-drafts')} (made now, with an example)`);
    expect(ready.servers['blog-publisher']?.env['BLOG_DRAFTS_DIR']).toBe(join(scratch, 'my-drafts'));
  });

  test('prints no token [start.tokens]', () => {
    const tokens = Object.values(ready.servers).map((server) => server.env['DEPUTY_TOKEN'] ?? '');
    expect(tokens).toHaveLength(3);
    for (const token of tokens) expect(told()).not.toContain(token.slice(-72, -8));
    expect(told()).toContain('--print-config');
  });

  test('names commands that work as they are printed [start.hints]', async () => {
    const connected = await typed(
      `${printed('connect claude-desktop')} --dry-run --json`.replace('npm run', 'npm run --silent'),
    );
    expect(connected).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(connected.stdout)).toMatchObject({ dryRun: true, servers: [{}, {}, {}] });
    const listed = await typed(`${printed('approvals list')} --json`.replace('npm run', 'npm run --silent'));
    expect({ code: listed.code, waiting: JSON.parse(listed.stdout) as unknown }).toEqual({ code: 0, waiting: [] });
  });

  test('commands take paths from where the person stands [start.paths]', async () => {
    await writeFile(join(scratch, 'mine.yaml'), 'version: 1\n');
    const path = relative(DOCS, join(scratch, 'mine.yaml'));
    const { stdout, stderr } = await typed(`npm run --silent deputies -- policy check '${path}'`);
    expect(stdout + stderr).toContain('mine.yaml');
    expect(stdout + stderr).not.toContain('There is no file');
  });

  test('a passphrase comes through npm on standard input, and any other descriptor is explained [people.passphrase_fd]', async () => {
    await writeFile(join(scratch, 'passphrase'), `${PASSPHRASE}\n`, { mode: 0o600 });
    const command = `npm run --silent deputies -- approvals list --json --home '${home}'`;
    const without = { DEPUTIES_PASSPHRASE: undefined };
    const through = await typed(`${command} --passphrase-fd 0 <'${join(scratch, 'passphrase')}'`, without);
    expect(through).toMatchObject({ code: 0, stderr: '' });
    const third = await typed(`${command} --passphrase-fd 3 3<'${join(scratch, 'passphrase')}'`, without);
    expect(third.code).toBe(1);
    expect(third.stderr).toContain('--passphrase-fd 0 <file');
    const direct = `node ../scripts/run.mjs deputies approvals list --json --home '${home}'`;
    const without3 = await typed(`${direct} --passphrase-fd 3 3<'${join(scratch, 'passphrase')}'`, without);
    expect(without3).toMatchObject({ code: 0, stderr: '' });
  });

  test("the doctor reads the host's own file: a revoked token is found there, and connect is what helps [people.doctor_host, people.rotate]", async () => {
    await mkdir(join(scratch, '.config'), { recursive: true });
    const deputies = (words: string): Promise<Finished> =>
      typed(`npm run --silent deputies -- ${words} --home '${home}'`);
    expect((await deputies('connect claude-desktop')).code).toBe(0);
    const before = await deputies('doctor --json');
    expect(before.stdout).toContain('Claude Desktop: blog-publisher');
    const rotated = await deputies('token rotate blog-publisher --save');
    expect(rotated.stderr).toMatch(/connect claude-desktop --home[^]*Only then revoke[^]*token revoke (\S+) --home/);
    expect(rotated.stdout).toBe('');
    const stale = JSON.parse((await deputies('doctor --json')).stdout) as {
      checks: { name: string; status: string }[];
    };
    expect(stale.checks).toContainEqual(
      expect.objectContaining({ name: 'Claude Desktop: blog-publisher', status: 'warn' }),
    );
    const [, keyid = ''] = /token revoke (\S+)/.exec(rotated.stderr) ?? [];
    expect((await deputies(`token revoke ${keyid}`)).code).toBe(0);
    const broken = await deputies('doctor --json');
    expect(broken.code).toBe(1);
    const report = JSON.parse(broken.stdout) as { checks: { name: string; status: string; advice?: string }[] };
    expect(report.checks.filter(({ status }) => status === 'fail')).toEqual([
      expect.objectContaining({
        name: 'Claude Desktop: blog-publisher',
        advice: expect.stringContaining(`connect claude-desktop --home '${home}'`),
      }),
    ]);
    expect((await deputies('connect claude-desktop')).code).toBe(0);
    expect((await deputies('doctor')).code).toBe(0);
  }, 120_000);
});

describe('a start that cannot be', () => {
  test.each([
    ['--drafts', 'a-file', 'is not a folder'],
    ['--policy', 'nowhere.yaml', 'there is no such file'],
    ['--fixtures', 'nowhere', 'there is no such folder'],
    ['--port', '70000', 'takes a port number from 0 to 65535'],
    ['--prot', '1', '"npm start -- --help" shows what there is'],
  ])('%s %s is refused before anything else happens [start.flags]', async (flag, value, words) => {
    await (await open(join(scratch, 'a-file'), 'a')).close();
    const other = join(scratch, 'other-home');
    const given = flag === '--port' || flag === '--prot' ? value : join(scratch, value);
    const { code, stdout, stderr } = await runScript('start', ['--home', other, flag, given], env);
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
    expect(stderr).toContain(words);
    await expect(access(other)).rejects.toThrow('ENOENT');
  });
});

// The last: it ends what the others use.
test('whoever ends npm start ends the backend [start.end]', async () => {
  npm.kill('SIGTERM');
  await ended;
  await until('the end of the backend', () => {
    try {
      process.kill(ready.pid, 0);
      return undefined;
    } catch {
      return true;
    }
  });
  expect(await readReady(join(home, 'ready.json'))).toBeUndefined();
}, 60_000);
