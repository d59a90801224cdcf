import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize } from '@narrow-deputies/signing';
import { Database } from '../../backend-mock/src/database/database.ts';
import { migrate } from '../../backend-mock/src/database/migrate.ts';
import { allRoutes, type Route } from '../../backend-mock/test/support/routes.ts';
import { SoftAuthenticator } from '../../backend-mock/test/support/soft-authenticator.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { CHANGES, decided, sceneIn, type Scene } from '../support/decided.ts';
import { startLab, WirePerson, type Lab } from '../support/lab.ts';
import { send, type WireReply } from '../support/wire-client.ts';

let routes: { backend: Route[]; console: Route[] };
let scene: Scene;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'deputies-routes-'));
  const location = join(folder, 'store.sqlite');
  const database = new Database({ location });
  await migrate(database);
  await database.close();
  routes = await allRoutes(location);
  await rm(folder, { recursive: true });
  scene = await sceneIn(await startLab());
}, 60_000);
afterAll(() => scene?.lab.stop());

/** Makes attempts, none of which may have an effect; each is refused unless it only reads. */
async function expectPowerless(on: Scene, attempts: readonly (() => Promise<WireReply>)[]): Promise<void> {
  const before = await decided(on);
  const statuses = new Set<number>();
  for (const attempt of attempts) {
    await on.lab.backend.database.db.deleteFrom('limits').execute();
    statuses.add((await attempt()).status);
  }
  expect(await decided(on)).toEqual(before);
  expect([...statuses].filter((status) => status < 400)).toEqual([]);
}

/** The addresses that a declared route stands for, as far as actions and plans go. */
const addresses = (path: string, { planId }: Scene): string[] =>
  CHANGES.map(({ name }) =>
    path
      .replace(':action', name)
      .replace(':tool', name)
      .replace(':context', 'people')
      .replace(':planId', planId)
      .replaceAll(/:\w+/g, 'x'),
  ).filter((address, at, all) => all.indexOf(address) === at);

const bodiesOf = ({ wanted }: Scene, address: string): JsonObject[] =>
  CHANGES.filter(
    ({ name }) => !CHANGES.some((each) => address.endsWith(`/${each.name}`)) || address.endsWith(`/${name}`),
  ).map(({ name }) => wanted[name] ?? {});

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** The agents' API with what an agent has: its grant, its key, and every name that it can claim. */
async function withAgentsCredentials(on: Scene): Promise<(() => Promise<WireReply>)[]> {
  const { lab, owner } = on;
  const grant = await lab.wire.grant();
  const claims = [lab.wire.keyid, lab.people.owner.keyid, lab.people.reviewer.keyid, owner.passkey.id];
  const attempts: (() => Promise<WireReply>)[] = [];
  const paths = [...new Set(routes.backend.map(({ path }) => path))].filter((path) => path !== '/oauth/token');
  for (const address of paths.flatMap((path) => addresses(path, on))) {
    for (const body of bodiesOf(on, address)) {
      const bytes = Buffer.from(canonicalize(body));
      for (const method of METHODS) {
        attempts.push(() => send({ ...lab.wire.sign(address, bytes, grant), method }));
      }
      attempts.push(() =>
        send({
          method: 'POST',
          url: `${lab.backend.backendUrl}${address}`,
          headers: [
            ['content-type', 'application/json'],
            ['authorization', `Bearer ${grant}`],
          ],
          body: bytes,
        }),
      );
    }
  }
  for (const { name } of CHANGES) {
    for (const keyid of claims) {
      const thief = new WirePerson(lab.backend.backendUrl, keyid, lab.wire.key);
      attempts.push(() => thief.call(name, on.wanted[name] ?? {}));
    }
  }
  return attempts;
}

type Headers = readonly [string, string][];

/** The console's addresses, with a browser's headers and with an assertion of a passkey that the agent made itself. */
function onTheConsole(on: Scene, headers: Headers, skipped: readonly string[]): (() => Promise<WireReply>)[] {
  const { lab, owner } = on;
  const own = new SoftAuthenticator(lab.backend.consoleUrl);
  const attempts: (() => Promise<WireReply>)[] = [];
  for (const { method, path } of routes.console) {
    if (skipped.includes(path) || method === 'GET') continue;
    for (const { name } of CHANGES) {
      for (const id of [own.id, owner.passkey.id]) {
        const nonce = 'n'.repeat(43);
        const response = own.get(nonce, { id }) as unknown as JsonObject;
        const body = { action: name, arguments: on.wanted[name] ?? {} };
        for (const sent of [body, { ...body, nonce, response }, { nonce, response }, { ...on.wanted[name] }]) {
          attempts.push(() =>
            send({
              method,
              url: `${lab.backend.consoleUrl}${path.replace(':planId', on.planId).replaceAll(/:\w+/g, 'x')}`,
              headers: [['origin', lab.backend.consoleUrl], ['content-type', 'application/json'], ...headers],
              body: Buffer.from(JSON.stringify(sent)),
            }),
          );
        }
      }
    }
  }
  return attempts;
}

/** Asks what to sign, as anybody with the whole browser can, and answers with a passkey of the agent's own. */
async function withStolenBrowser(on: Scene): Promise<(() => Promise<WireReply>)[]> {
  const { lab, owner } = on;
  const own = new SoftAuthenticator(lab.backend.consoleUrl);
  const attempts: (() => Promise<WireReply>)[] = [];
  for (const { name } of CHANGES) {
    const asked = await owner.ask(name, on.wanted[name] ?? {});
    const { action, arguments: args, nonce, challenge } = asked;
    for (const id of [own.id, owner.passkey.id]) {
      const response = own.get(challenge, { id, counter: 1_000 }) as unknown as JsonObject;
      attempts.push(() => owner.send({ action, arguments: args, nonce, response }));
    }
    attempts.push(() => owner.send({ action, arguments: args, nonce }));
  }
  return attempts;
}

describe('no credential of an agent, a server or a token decides anything [approval.person]', () => {
  test('every action that people have is attempted with arguments that it takes', () => {
    expect(Object.keys(scene.wanted).toSorted()).toEqual(CHANGES.map(({ name }) => name).toSorted());
    for (const { name, arguments: shape } of CHANGES) {
      expect([name, shape.safeParse(scene.wanted[name]).success]).toEqual([name, true]);
    }
  });

  test('every route of both applications is known here', () => {
    const paths = (list: readonly Route[]): string[] => list.map(({ path }) => path);
    expect(paths(routes.backend)).toEqual(expect.arrayContaining(['/people/:action', '/v1/:context/:tool']));
    expect(paths(routes.console)).toEqual(expect.arrayContaining(['/acts/', '/acts/options', '/enrolment/']));
  });

  test('nothing on the API, with grant, signature and every key that can be claimed', async () => {
    await expectPowerless(scene, await withAgentsCredentials(scene));
  }, 120_000);

  // What asks for a challenge gives one to anybody, and decides nothing.
  const ASKS = ['/session/options'];

  test('nothing in the console without a session, with any bearer', async () => {
    const grant = await scene.lab.wire.grant();
    for (const headers of [
      [],
      [['authorization', `Bearer ${grant}`]],
      [['cookie', `deputies=${'a'.repeat(43)}`]],
    ] satisfies Headers[]) {
      await expectPowerless(scene, onTheConsole(scene, headers, ASKS));
    }
  }, 120_000);

  test('nothing with a stolen cookie alone [person.stolen-cookie]', async () => {
    await expectPowerless(scene, onTheConsole(scene, [['cookie', scene.owner.cookie]], ASKS));
  }, 120_000);

  test('nothing with a stolen cookie and the token of its page, but for signing out [person.stolen-cookie]', async () => {
    // A preview asks too: it says what a policy would decide, and makes none active.
    const skipped = [...ASKS, '/acts/options', '/policy/preview', '/session/end'];
    await expectPowerless(scene, onTheConsole(scene, scene.owner.browser, skipped));
    await expectPowerless(scene, await withStolenBrowser(scene));
  }, 120_000);

  test('nothing changes by reading an address', async () => {
    const before = await decided(scene);
    const { lab, owner } = scene;
    for (const { method, path } of routes.console) {
      // That one stays open for news.
      if (method !== 'GET' || path === '/events/') continue;
      for (const address of addresses(path, scene)) {
        const url = `${lab.backend.consoleUrl}${address}?action=approve&planId=${scene.planId}&decision=approve`;
        await send({ method, url, headers: [...owner.browser], body: Buffer.alloc(0) });
      }
    }
    expect(await decided(scene)).toEqual(before);
  }, 60_000);

  test('a backend that takes tokens for people is caught [check.twins, approval.person]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/people/people-repository.ts',
      instead: ({ findPersonKey, findPersonByName }) => ({
        findPersonKey: async (tx: Lab['backend']['database']['db'], keyid: string) => {
          const known: unknown = await (findPersonKey as (...args: unknown[]) => Promise<unknown>)(tx, keyid);
          const token = await tx.selectFrom('api_tokens').selectAll().where('keyid', '=', keyid).executeTakeFirst();
          if (known || !token) return known;
          const owner = await (findPersonByName as (...args: unknown[]) => Promise<{ id: string }>)(tx, 'owner');
          return { keyid, personId: owner.id, publicX: token.public_x, assurance: 'simulated', state: 'active' };
        },
      }),
    });
    try {
      const there = await sceneIn(broken);
      await expectCaught(async () => expectPowerless(there, await withAgentsCredentials(there)));
    } finally {
      await broken.stop();
    }
  }, 120_000);

  test('a console that believes any assertion is caught [check.twins, person.stolen-cookie]', async () => {
    const originIn = ({ clientDataJSON }: { clientDataJSON: string }): string =>
      (JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()) as { origin: string }).origin;
    // Two look at an assertion: the console as it comes, and the judge of what will be stored.
    const broken = await startBrokenLab([
      { module: 'backend-mock/src/verifier/assertion.ts', instead: () => ({ originOfAssertion: originIn }) },
      {
        module: 'backend-mock/src/people/passkeys/passkey-evidence.ts',
        instead: () => ({
          verifyAssertion: (_response: unknown, _challenge: string, _origin: string, key: { counter: number }) =>
            Promise.resolve(key.counter + 1),
        }),
      },
    ]);
    try {
      const there = await sceneIn(broken);
      await expectCaught(async () => expectPowerless(there, await withStolenBrowser(there)));
    } finally {
      await broken.stop();
    }
  }, 120_000);
});
