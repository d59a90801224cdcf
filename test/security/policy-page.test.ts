import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { ConsoleClient, signedIn } from '../support/console-client.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { ALLOWING, DENYING, policyWith } from '../support/policies.ts';
import { rowCounts } from '../support/stored.ts';
import type { WireReply } from '../support/wire-client.ts';

const POLICIES = join(import.meta.dirname, '..', '..', 'backend-mock', 'policies');

let lab: Lab;
let administrator: ConsoleClient;
let reviewer: ConsoleClient;
beforeAll(async () => {
  lab = await startLab();
  administrator = await signedIn(lab, 'owner', ['owner', 'administrator']);
  reviewer = await signedIn(lab, 'Rita', ['reviewer', 'support-lead']);
}, 60_000);
afterAll(() => lab?.stop());

const filesOf = (policy: string): { file: string; policy: string; packs: Record<string, string> } => ({
  file: 'test.yaml',
  policy,
  packs: {},
});

/** Everything that looking could leave behind. */
async function stateOf(on: Lab): Promise<unknown> {
  const { db } = on.backend.database;
  return {
    rows: await rowCounts(on),
    policies: await db.selectFrom('policies').selectAll().execute(),
    acts: await db.selectFrom('person_acts').select('id').execute(),
    settings: await db.selectFrom('settings').selectAll().execute(),
  };
}

async function expectNothingLeft(on: Lab, look: () => Promise<WireReply>): Promise<WireReply> {
  const before = await stateOf(on);
  const reply = await look();
  expect(await stateOf(on)).toEqual(before);
  return reply;
}

/** A refusal that leaves nothing. */
async function expectRefused(on: Lab, code: string, look: () => Promise<WireReply>): Promise<void> {
  const { json } = await expectNothingLeft(on, look);
  expect(json['code']).toBe(code);
  expect(Object.keys(json)).not.toContain('findings');
}

describe('looking at a policy', () => {
  test('answers an administrator, and leaves nothing [policy-page.preview]', async () => {
    const { status, json } = await expectNothingLeft(lab, () =>
      administrator.post('/policy/preview', filesOf(DENYING)),
    );
    expect(status).toBe(200);
    expect(json).toMatchObject({ problems: [], replay: { cut: false }, packs: {} });
    expect((json['changes'] as JsonObject[]).length).toBeGreaterThan(0);
  });

  test('takes a session [policy-page.preview]', async () => {
    const stranger = new ConsoleClient(lab.backend.consoleUrl);
    await expectRefused(lab, 'unauthenticated', () => stranger.post('/policy/preview', filesOf(DENYING)));
    const token = { 'x-csrf-token': reviewer.csrf ?? '' };
    await expectRefused(lab, 'unauthenticated', () => administrator.post('/policy/preview', filesOf(DENYING), token));
  });

  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['no origin', { origin: null }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
  ])('takes our own page, and not %s [policy-page.preview]', async (_what, differs) => {
    await expectRefused(lab, 'malformed_request', () =>
      administrator.post('/policy/preview', filesOf(DENYING), differs),
    );
  });

  test('takes an administrator: what agents did is in the answer [policy-page.administrators]', async () => {
    await expectRefused(lab, 'insufficient_scope', () => reviewer.post('/policy/preview', filesOf(DENYING)));
    const { text } = await reviewer.get('/policy');
    expect(text).toContain('An administrator activates another one.');
    expect(text).not.toContain('activate_policy');
  });

  test('is refused what is no choice of files [policy-page.preview]', async () => {
    for (const body of [{}, { ...filesOf(DENYING), packs: [] }, { ...filesOf(DENYING), more: 1 }, { policy: 5 }]) {
      await expectRefused(lab, 'invalid_arguments', () => administrator.post('/policy/preview', body));
    }
    const huge = filesOf(`# ${'x'.repeat(512 * 1024)}`);
    await expectRefused(lab, 'request_too_large', () => administrator.post('/policy/preview', huge));
  });

  test('a preview that asks nobody for a session is caught [check.twins, policy-page.preview]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/console/session/console-guard.ts',
      instead: (real) => {
        const Guard = real['ConsoleGuard'] as new (...args: unknown[]) => object;
        return {
          ConsoleGuard: class extends Guard {
            requireSession(): Promise<object> {
              return Promise.resolve({ session: {}, person: { roles: ['administrator'] } });
            }
          },
        };
      },
    });
    try {
      const stranger = new ConsoleClient(broken.backend.consoleUrl);
      await expectCaught(() =>
        expectRefused(broken, 'unauthenticated', () => stranger.post('/policy/preview', filesOf(DENYING))),
      );
    } finally {
      await broken.stop();
    }
  }, 30_000);
});

describe('activating a policy in the console', () => {
  const active = (): Promise<{ content: string; activated_by: string | null } | undefined> =>
    lab.backend.database.db
      .selectFrom('policies')
      .select(['content', 'activated_by'])
      .orderBy('position', 'desc')
      .executeTakeFirst();

  test('an act with another text than the one that was signed is refused [policy-page.signed]', async () => {
    const signed = { ...filesOf(DENYING) };
    const { json } = await administrator.post('/acts/options', { action: 'activate_policy', arguments: signed });
    const { challenge } = json['publicKey'] as JsonObject;
    const response = administrator.passkey.get(String(challenge));
    await expectRefused(lab, 'unauthenticated', () =>
      administrator.post('/acts', {
        action: 'activate_policy',
        arguments: filesOf(ALLOWING),
        nonce: json['nonce'],
        response,
      }),
    );
  });

  test('takes a policy that is larger than other acts, with its packs [policy-page.signed]', async () => {
    const { file, packs } = filesOf('');
    const policy = `${DENYING}${`# ${'x'.repeat(100)}\n`.repeat(2000)}`;
    const reply = await administrator.act('activate_policy', { file, policy, packs });
    expect([reply.status, reply.text]).toEqual([200, reply.text]);
    expect(JSON.parse((await active())?.content ?? '{}')).toEqual({ file, policy, packs });
    expect((await active())?.activated_by).toMatch(/^p_/);
    const shown = await reviewer.get('/policy');
    expect(shown.text).toContain('no-commits');
  });

  test('the shipped policy of this environment can be chosen, looked at and signed [policy-page.signed]', async () => {
    const policy = await readFile(join(POLICIES, 'development.yaml'), 'utf8');
    const names = ['blog', 'crm', 'tickets'];
    const texts = await Promise.all(names.map((name) => readFile(join(POLICIES, 'risk', `${name}.yaml`), 'utf8')));
    const chosen = Object.fromEntries(names.map((name, at) => [`${name}.yaml`, texts[at] ?? '']));
    const looked = await administrator.post('/policy/preview', { file: 'development.yaml', policy, packs: chosen });
    expect(looked.json).toMatchObject({ problems: [], packs: { 'risk/blog.yaml': 'blog.yaml' } });
    const packs = Object.fromEntries(names.map((name, at) => [`risk/${name}.yaml`, texts[at] ?? '']));
    const reply = await administrator.act('activate_policy', { file: 'development.yaml', policy, packs });
    expect(reply.json).toMatchObject({ policy: 'development', repeated: false });
  });

  test('one with errors is refused, and the one before stays [policy-page.signed]', async () => {
    const before = await active();
    const reply = await administrator.act('activate_policy', filesOf(policyWith('', 'production')));
    expect(reply.json).toMatchObject({ code: 'invalid_arguments' });
    expect(await active()).toEqual(before);
  });
});
