import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unlockKeyOf } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { parseToken } from '@narrow-deputies/signing';
import { expectCaught } from '../support/broken.ts';
import { draft, WirePerson } from '../support/lab.ts';
import { blogPublisher } from '../support/launch.ts';
import { runScript, until } from '../support/processes.ts';
import { Product } from '../support/product.ts';
import { secretsIn, type Secret } from '../support/secrets.ts';
import { StdioServer } from '../support/stdio-server.ts';
import { StrangeBackend } from '../support/strange-backend.ts';
import { send, WireClient, type WireReply, type WireRequest } from '../support/wire-client.ts';

const canary = (): string => `canary-${randomBytes(12).toString('hex')}`;
const PASSPHRASE = canary();
const DATABASE_PASSWORD = canary();
const PRIVATE = canary();
const PRELOAD = join(import.meta.dirname, '..', 'support', 'server-preload.cjs');

let folder: string;
let drafts: string;
let product: Product;
/** Everything that anybody could read, by where it was. */
const outputs = new Map<string, string | Uint8Array>();
const secrets: Secret[] = [
  { name: 'passphrase', value: PASSPHRASE },
  { name: 'database password', value: DATABASE_PASSWORD },
  { name: 'private file', value: PRIVATE },
];

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'deputies-canary-')));
  drafts = join(folder, 'drafts');
  await mkdir(drafts);
  await writeFile(join(drafts, 'good.md'), '---\ntitle: Good\n---\n\nMeant for all.\n');
  await writeFile(join(folder, 'private.md'), `---\ntitle: ${PRIVATE}\n---\n\n${PRIVATE}\n`);
  await symlink(join(folder, 'private.md'), join(drafts, 'link.md'));
  product = await Product.start({
    drafts,
    env: {
      DEPUTIES_PASSPHRASE: PASSPHRASE,
      DATABASE_URL: `postgres://deputies:${DATABASE_PASSWORD}@127.0.0.1:1/deputies`,
      PGPASSWORD: DATABASE_PASSWORD,
    },
  });
}, 60_000);
afterAll(async () => {
  await product?.dispose();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const tokenOf = (): string => product.ready.servers['blog-publisher']?.env['DEPUTY_TOKEN'] ?? '';

const keep = (where: string, { status, headers, text }: WireReply): void => {
  outputs.set(`${where} ${outputs.size}`, JSON.stringify({ status, headers, text }));
};

/** A host with its server: what works, and what does not. */
async function talk(): Promise<string> {
  const entry = product.ready.servers['blog-publisher'];
  if (!entry) throw new Error('There is no server.');
  const env = {
    ...entry.env,
    PGPASSWORD: DATABASE_PASSWORD,
    DEPUTIES_DATABASE_URL: `postgres://x:${DATABASE_PASSWORD}@h/d`,
  };
  const server = new StdioServer({ ...entry, env });
  await server.call('list_drafts', {});
  const planned = await server.call('plan_publish_draft', { filename: 'good.md' });
  const planId = String(planned.data['planId']);
  await server.call('commit_publish_draft', { planId });
  for (const filename of ['../private.md', 'link.md', join(folder, 'private.md'), PRIVATE, '']) {
    await server.call('plan_publish_draft', { filename });
  }
  await server.call('commit_publish_draft', { planId: 'none' });
  await server.call('plan_unpublish_article', { slug: 'none' });
  await server.call('no_such_tool', {}).catch(() => undefined);
  await server.request('no/such/method', {});
  outputs.set('approve', JSON.stringify(await product.deputies('approvals', 'approve', planId)));
  expect(await server.call('commit_publish_draft', { planId })).toMatchObject({ isError: false });
  const { stdout, stderr } = await server.end();
  outputs.set('server stdout', stdout);
  outputs.set('server stderr', stderr);
  return planId;
}

const without = (request: WireRequest, name: string): WireRequest => ({
  ...request,
  headers: request.headers.filter(([header]) => header !== name),
});

/** Whoever holds the token, and whoever does not. */
async function knock(planId: string): Promise<void> {
  const { backendUrl, consoleUrl, environment } = product.ready;
  const wire = new WireClient(backendUrl, tokenOf());
  const { keyid, key } = await unlockKeyOf(join(product.folder, 'people'), 'owner', PASSPHRASE);
  const owner = new WirePerson(backendUrl, keyid, key);
  const list = await wire.operation('/v1/blog/list_drafts', { drafts: [] });
  keep('list', await send(list));
  keep('replayed', await send(list));
  keep('unsigned', await send(without(list, 'signature')));
  keep('plan', await wire.call('/v1/blog/plan_publish_draft', { filename: 'wire.md', content: draft('Wire') }));
  keep('bad plan', await wire.call('/v1/blog/plan_publish_draft', { filename: '../a.md', content: 'AA' }));
  keep('unknown', await wire.call('/v1/blog/commit_publish_draft', { planId, token: 'x' }));
  keep('no route', await wire.call('/v1/blog/delete_all', {}));
  keep('garbage', await send(wire.sign('/v1/blog/list_drafts', Buffer.from('{"a":'), await wire.grant())));
  keep('bad grant', await send(wire.tokenRequest({ scope: 'everything' })));
  keep('bad assertion', await send(wire.tokenRequest({ client_assertion: 'a.b.c' })));
  keep('show', await owner.call('show_plan', { planId }));
  keep('bad decision', await owner.call('approve', { planId }));
  keep('tokens', await owner.call('list_tokens', {}));
  keep('audit', await owner.call('list_audit', { limit: 1000 }));
  for (const url of [
    `${consoleUrl}/plans/${planId}`,
    `${consoleUrl}/plans/none`,
    `${consoleUrl}/../../etc/passwd`,
    `${backendUrl}/health`,
    `${backendUrl}/${environment}/jwks.json`,
    `${backendUrl}/articles/good.md`,
    `${backendUrl}/articles/%2e%2e%2fprivate.md`,
  ]) {
    const answer = await fetch(url);
    outputs.set(`GET ${url}`, JSON.stringify([...answer.headers, await answer.text()]));
  }
  secrets.push({ name: "person's key", value: Buffer.from(String(key.export({ format: 'jwk' }).d), 'base64url') });
}

/** The command line, right and wrong. */
async function command(): Promise<void> {
  for (const args of [
    ['approvals', 'list', '--json'],
    ['approvals', 'approve', 'none'],
    ['audit', 'list', '--json', '--limit', '1000'],
    ['token', 'list'],
    ['nonsense'],
  ]) {
    outputs.set(`deputies ${args.join(' ')}`, JSON.stringify(await product.deputies(...args)));
  }
  const wrong = { ...product.env, DEPUTIES_PASSPHRASE: `${PASSPHRASE.slice(0, -4)}0000` };
  outputs.set('wrong passphrase', JSON.stringify(await runScript('deputies', ['approvals', 'list'], wrong)));
  const unreachable = `postgres://deputies:${DATABASE_PASSWORD}@127.0.0.1:1/deputies`;
  const env = { ...product.env, DEPUTIES_DATABASE_URL: unreachable, DEPUTIES_HOME: join(folder, 'other') };
  const started = await runScript('start', ['--port', '0', '--console-port', '0'], env);
  expect(started.code).not.toBe(0);
  outputs.set('a store that is not there', JSON.stringify(started));
}

/** Every file of the home but the one that keeps the servers' tokens. */
async function storedFiles(): Promise<void> {
  for (const name of await readdir(product.home)) {
    if (/\.sqlite/.test(name)) outputs.set(`file ${name}`, await readFile(join(product.home, name)));
  }
}

const found = (): [string, string[]][] =>
  [...outputs]
    .map(([where, text]): [string, string[]] => [where, secretsIn(text, secrets)])
    .filter(([, names]) => names.length > 0);

describe('a secret', () => {
  test('appears in no output of server, backend or command line, in no answer, no entry, no page and no store [secret.canary, token.never-travels]', async () => {
    const token = tokenOf();
    const parsed = parseToken(token);
    if (!parsed.ok) throw new Error('The ready file has no token.');
    secrets.push({ name: 'token', value: token }, { name: 'seed', value: parsed.token.seed });
    const planId = await talk();
    await knock(planId);
    await command();
    await storedFiles();
    const { stdout, stderr } = await product.halt();
    // The one place for the token: the block that a person copies into their host's settings.
    const [before = '', after = '', ...more] = stdout.split(JSON.stringify(token));
    expect(more).toEqual([]);
    outputs.set('backend stdout', before + after);
    outputs.set('backend stderr', stderr);
    await storedFiles();
    expect(outputs.size).toBeGreaterThan(30);
    expect(found()).toEqual([]);
  }, 90_000);

  test('of a token is in no request that its server sends [token.never-travels, secret.canary]', async () => {
    const seed = randomBytes(32);
    const { formatToken } = await import('@narrow-deputies/signing');
    const token = formatToken({ environment: 'development', clientId: 'blog-publisher', seed });
    const backend = await StrangeBackend.start({ when: () => false, how: 'silence' });
    const server = new StdioServer(blogPublisher({ token, backendUrl: backend.url, drafts }));
    try {
      await server.call('list_drafts', {});
      await server.call('plan_publish_draft', { filename: 'good.md' });
      await server.call('plan_publish_draft', { filename: '../private.md' });
      await until('the report', () => backend.received.find(({ path }) => path === '/v1/refusals'));
    } finally {
      await server.end();
      await backend.stop();
    }
    expect(backend.received.length).toBeGreaterThanOrEqual(4);
    const all = [...secrets, { name: 'token', value: token }, { name: 'seed', value: seed }];
    expect(secretsIn(JSON.stringify(backend.received), all)).toEqual([]);
  }, 30_000);
});

describe('a broken twin', () => {
  test('that logs its environment is caught: the server [check.twins, secret.canary]', async () => {
    const token = secrets.find(({ name }) => name === 'token')?.value ?? '';
    const options = {
      token: String(token),
      backendUrl: 'http://127.0.0.1:9',
      drafts,
      faults: ['tells-its-environment'],
    };
    const { stderr } = await new StdioServer(blogPublisher(options)).end();
    await expectCaught(() => expect(secretsIn(stderr, secrets)).toEqual([]));
  });

  test('that logs its environment is caught: the backend [check.twins, secret.canary]', async () => {
    const env = {
      ...product.env,
      NODE_OPTIONS: `--require ${PRELOAD}`,
      DEPUTIES_TEST_FAULTS: 'tells-its-environment',
      DEPUTIES_DATABASE_URL: `postgres://deputies:${DATABASE_PASSWORD}@127.0.0.1:1/deputies`,
    };
    const { stdout, stderr } = await runScript('start', ['--port', '0', '--console-port', '0'], env);
    await expectCaught(() => expect(secretsIn(stdout + stderr, secrets)).toEqual([]));
  }, 30_000);

  test('of the scan itself finds every form of a secret [check.twins, secret.canary]', () => {
    const value = canary();
    const secret: Secret = { name: 'it', value };
    const raw = Buffer.from(value);
    const around = (bytes: number): Buffer => Buffer.concat([Buffer.alloc(bytes, 'x'), raw, Buffer.from('yyy')]);
    const forms = [
      `before ${value} after`,
      JSON.stringify({ value }),
      raw.toString('hex'),
      ...[0, 1, 2, 3, 4].flatMap((bytes) => [around(bytes).toString('base64'), around(bytes).toString('base64url')]),
    ];
    expect(forms.map((form) => secretsIn(form, [secret]))).toEqual(forms.map(() => ['it']));
    expect(secretsIn(canary(), [secret])).toEqual([]);
    const entries: JsonObject = { entry: value };
    expect(secretsIn(Buffer.from(JSON.stringify(entries)), [secret])).toEqual(['it']);
  });
});
