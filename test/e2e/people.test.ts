import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfJson } from '@narrow-deputies/signing';
import { SoftAuthenticator } from '../../backend-mock/test/support/soft-authenticator.ts';
import { draft } from '../support/lab.ts';
import { runScript } from '../support/processes.ts';
import { Product } from '../support/product.ts';
import { send, WireClient, type WireReply } from '../support/wire-client.ts';

const COMMIT = '/v1/blog/commit_publish_draft';

interface Invited {
  readonly invitationId: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly url: string;
  readonly expiresAt: string;
}

const post = (origin: string, path: string, body: JsonObject, cookie = '', csrf = ''): Promise<WireReply> =>
  send({
    method: 'POST',
    url: `${origin}${path}`,
    headers: [
      ['origin', origin],
      ['content-type', 'application/json'],
      ['cookie', cookie],
      ['x-csrf-token', csrf],
    ],
    body: Buffer.from(JSON.stringify(body)),
  });

const challengeIn = ({ json }: WireReply): string => String((json['publicKey'] as JsonObject)['challenge']);

/** Opens a link as its page would. */
async function accept({ url }: Invited): Promise<{ passkey: SoftAuthenticator; reply: WireReply }> {
  const { origin, hash } = new URL(url);
  const passkey = new SoftAuthenticator(origin);
  const secret = hash.slice(1);
  const asked = await post(origin, '/enrolment/options', { secret });
  const response = passkey.create(challengeIn(asked)) as unknown as JsonObject;
  const body = { secret, nonce: String(asked.json['nonce']), label: 'Phone', response };
  return { passkey, reply: await post(origin, '/enrolment', body) };
}

/** A draft that somebody has to approve. */
async function plan(product: Product, name: string): Promise<{ wire: WireClient; planId: string }> {
  const { backendUrl, servers } = product.ready;
  const wire = new WireClient(backendUrl, servers['blog-publisher']?.env['DEPUTY_TOKEN'] ?? '');
  const { json } = await wire.call('/v1/blog/plan_publish_draft', { filename: `${name}.md`, content: draft(name) });
  return { wire, planId: String(json['planId']) };
}

describe('deputies people, in development', () => {
  let product: Product;
  beforeAll(async () => {
    product = await Product.start();
  }, 120_000);
  afterAll(() => product?.dispose(), 30_000);

  const failsWith = async (code: string, ...args: string[]): Promise<void> => {
    const { code: status, stdout } = await product.deputies(...args, '--json');
    expect([status, JSON.parse(stdout)]).toMatchObject([1, { error: { code } }]);
  };

  test('a link is shown once, and enrols one person [people.cli, person.invitation]', async () => {
    const invited = await product.deputiesJson<Invited>('people', 'invite', 'Ann', '--role', 'reviewer,support-lead');
    expect(Object.keys(invited)).toEqual(['invitationId', 'name', 'roles', 'url', 'expiresAt']);
    expect(invited).toMatchObject({ name: 'Ann', roles: ['reviewer', 'support-lead'] });
    expect(invited.url.startsWith(`${product.ready.consoleUrl}/enrol#`)).toBe(true);
    const secret = new URL(invited.url).hash.slice(1);
    const listed = await product.deputies('people', 'list', '--json');
    expect(listed.stdout).toContain(invited.invitationId);
    expect(listed.stdout).not.toContain(secret);
    const { passkey, reply } = await accept(invited);
    expect(reply).toMatchObject({ status: 200, json: { name: 'Ann', roles: ['reviewer', 'support-lead'] } });
    const { people } = await product.deputiesJson<{ people: JsonObject[] }>('people', 'list');
    expect(people).toMatchObject([
      { name: 'owner' },
      { name: 'reviewer' },
      { name: 'Ann', passkeys: [{ passkeyId: passkey.id }] },
    ]);
    const plain = await product.deputies('people', 'list');
    expect(plain.stdout).toMatch(/^Ann +reviewer, support-lead +active +1$/m);
  }, 60_000);

  test('roles are changed, passkeys revoked and people removed by name and id [people.cli, person.revoked]', async () => {
    const changed = await product.deputiesJson<JsonObject>(
      'people',
      'roles',
      'ANN',
      '--role',
      'owner',
      '--role',
      'reviewer',
    );
    expect(changed).toMatchObject({ before: ['reviewer', 'support-lead'], roles: ['owner', 'reviewer'] });
    const { people } = await product.deputiesJson<{ people: JsonObject[] }>('people', 'list');
    const [passkey] = (people[2]?.['passkeys'] ?? []) as JsonObject[];
    const revoked = await product.deputiesJson('people', 'revoke-passkey', String(passkey?.['passkeyId']));
    expect(revoked).toMatchObject({ repeated: false });
    expect(await product.deputiesJson('people', 'remove', 'Ann')).toMatchObject({ personId: people[2]?.['personId'] });
    await failsWith('not_found', 'people', 'remove', 'Ann');
    await failsWith('invalid_arguments', 'people', 'invite', 'ann', '--role', 'reviewer');
  }, 60_000);

  test('a link is taken back by its id before it is opened [people.cli, person.links]', async () => {
    const invited = await product.deputiesJson<Invited>('people', 'invite', 'Carla', '--role', 'reviewer');
    const { invitationId } = invited;
    expect(await product.deputiesJson('people', 'revoke-invitation', invitationId)).toEqual({
      invitationId,
      state: 'revoked',
    });
    expect((await product.deputies('people', 'list', '--json')).stdout).not.toContain(invitationId);
    await failsWith('not_found', 'people', 'revoke-invitation', invitationId);
  }, 60_000);

  test('what cannot be is refused in words [people.cli, person.first-invitation]', async () => {
    await failsWith('no_role', 'people', 'invite', 'Bob');
    await failsWith('not_first', 'people', 'invite', '--first', 'owner');
    await failsWith('not_found', 'people', 'roles', 'nobody', '--role', 'owner');
    await failsWith('not_found', 'people', 'revoke-passkey', 'none');
    await failsWith('insufficient_scope', 'people', 'invite', 'Bob', '--role', 'owner', '--as', 'reviewer');
    expect((await product.deputies('people', 'invite', 'Bob', '--role', 'king')).stderr).toContain('support-lead');
  }, 60_000);

  test('approve --apply commits at once; the agent gets the receipt later [person.apply, people.cli]', async () => {
    const { wire, planId } = await plan(product, 'applied');
    const applied = await product.deputiesJson<JsonObject>('approvals', 'approve', planId, '--apply');
    expect(Object.keys(applied)).toEqual(['planId', 'status', 'receipt']);
    expect(applied).toMatchObject({ planId, status: 'committed', receipt: { planId } });
    const later = await wire.call(COMMIT, { planId });
    expect(later.json).toEqual({ receipt: applied['receipt'], repeated: true });
    const other = await plan(product, 'approved');
    const { stdout } = await product.deputies('approvals', 'approve', other.planId, '--apply', '--yes');
    expect(stdout).toContain('is now committed.');
    expect(stdout).toContain('"committedAt"');
  }, 60_000);
});

describe('staging and production [person.environments]', () => {
  let product: Product;
  beforeAll(async () => {
    product = await Product.start({ env: { DEPUTIES_ENVIRONMENT: 'production' } });
  }, 120_000);
  afterAll(() => product?.dispose(), 30_000);

  test('start without a key, and make none', async () => {
    const folder = product.env['DEPUTIES_PEOPLE'] ?? '';
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(product.ready.environment).toBe('production');
  });

  test('commands that sign with a key say where people sign instead', async () => {
    for (const args of [
      ['approvals', 'list'],
      ['people', 'list'],
      ['people', 'enrol'],
      ['token', 'list'],
    ]) {
      const { code, stdout } = await product.deputies(...args, '--json');
      expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: { code: 'passkeys_only' } }]);
    }
  }, 60_000);

  test('the first administrator enrols by a link, once, and approves with an assertion [person.first-invitation, person.passkey]', async () => {
    const { planId, wire } = await plan(product, 'first');
    const invited = await product.deputiesJson<Invited>('people', 'invite', '--first', 'owner');
    expect(invited).toMatchObject({ name: 'owner', roles: ['owner', 'administrator'] });
    const { passkey, reply } = await accept(invited);
    expect(reply.status).toBe(200);
    const again = await product.deputies('people', 'invite', '--first', 'owner', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ error: { code: 'not_first' } });
    const { origin } = new URL(invited.url);
    const asked = await post(origin, '/session/options', {});
    const signedIn = await post(origin, '/session', {
      nonce: String(asked.json['nonce']),
      response: passkey.get(challengeIn(asked)) as unknown as JsonObject,
    });
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
    const page = await send({
      method: 'GET',
      url: `${origin}/waiting`,
      headers: [['cookie', cookie]],
      body: Buffer.alloc(0),
    });
    const csrf = /name="csrf" content="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const { json: planned } = await wire.call('/v1/blog/plan_publish_draft', {
      filename: 'first.md',
      content: draft('first'),
    });
    const args = {
      planId,
      planDigest: String(planned['planDigest']),
      shownDigest: digestOfJson(planned['preview'] as JsonObject),
      decision: 'approve',
    };
    const act = { action: 'approve', arguments: args };
    const toSign = await post(origin, '/acts/options', act, cookie, csrf);
    const response = passkey.get(challengeIn(toSign)) as unknown as JsonObject;
    const approved = await post(
      origin,
      '/acts',
      { ...act, nonce: String(toSign.json['nonce']), response },
      cookie,
      csrf,
    );
    expect(approved).toMatchObject({ status: 200, json: { status: 'released' } });
    expect((await wire.call(COMMIT, { planId })).status).toBe(200);
  }, 60_000);

  test('the doctor finds it in order, and a key beside it not [people.doctor]', async () => {
    const check = async (): Promise<Record<string, string>> => {
      const { stdout } = await product.deputies('doctor', '--json');
      const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string }[] };
      return Object.fromEntries(
        checks.filter(({ name }) => name.startsWith('people:')).map(({ name, status }) => [name, status]),
      );
    };
    expect(await check()).toEqual({ 'people: private keys': 'ok', 'people: administrators': 'ok' });
    const folder = product.env['DEPUTIES_PEOPLE'] ?? '';
    await mkdir(folder);
    await writeFile(join(folder, 'owner.key.json'), '{}');
    expect(await check()).toEqual({ 'people: private keys': 'fail', 'people: administrators': 'ok' });
  }, 60_000);

  test('neither starts beside a private key, nor with a public origin that is none', async () => {
    await product.halt();
    for (const DEPUTIES_ENVIRONMENT of ['production', 'staging']) {
      const beside = await runScript('start', ['--port', '0', '--console-port', '0'], {
        ...product.env,
        DEPUTIES_ENVIRONMENT,
      });
      expect(beside).toMatchObject({ code: 1, stdout: '' });
      expect(beside.stderr).toContain('beside a private key');
      expect(beside.stderr).toContain('owner.key.json');
    }
    await rm(product.env['DEPUTIES_PEOPLE'] ?? '', { recursive: true });
    for (const DEPUTIES_PUBLIC_ORIGIN of ['http://approve.example.com', 'https://192.0.2.1']) {
      const odd = await runScript('start', ['--port', '0', '--console-port', '0'], {
        ...product.env,
        DEPUTIES_PUBLIC_ORIGIN,
      });
      expect(odd.code).toBe(1);
      expect(odd.stderr).toContain('DEPUTIES_PUBLIC_ORIGIN');
    }
  }, 60_000);
});

test('behind a proxy the ready file and the links name the public origins [person.environments]', async () => {
  const env = {
    DEPUTIES_ENVIRONMENT: 'staging',
    DEPUTIES_PUBLIC_ORIGIN: 'https://approve.example.com',
    DEPUTIES_PUBLIC_URL: 'https://api.example.com:8443',
  };
  const product = await Product.start({ env });
  try {
    const { consoleUrl, backendUrl, servers } = product.ready;
    expect([consoleUrl, backendUrl]).toEqual(['https://approve.example.com', 'https://api.example.com:8443']);
    expect(servers['blog-publisher']?.env['DEPUTY_BACKEND_URL']).toBe('https://api.example.com:8443');
    const invited = await product.deputiesJson<Invited>('people', 'invite', '--first', 'owner');
    expect(invited.url.startsWith('https://approve.example.com/enrol#')).toBe(true);
  } finally {
    await product.dispose();
  }
}, 120_000);
