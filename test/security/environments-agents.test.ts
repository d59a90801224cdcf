import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { formatToken, parseToken } from '@narrow-deputies/signing';
import { decodeJwt } from 'jose';
import type { GrantTokens as Tokens } from '../../backend-mock/src/grants/grant-tokens.ts';
import { expectCaught, type Fault } from '../support/broken.ts';
import {
  BACKEND_URL,
  deliver,
  expectCounted,
  expectRecorded,
  PAIRS,
  startPlaces,
  stopPlaces,
  withBroken,
  type Place,
  type Places,
} from '../support/environments.ts';
import { draft } from '../support/lab.ts';
import { plantGrantKeys, plantToken } from '../support/planted-rows.ts';
import { pendingPlan } from '../support/plans-and-people.ts';
import { LIST, NOTHING, PLAN } from '../support/refused.ts';
import { storedOf } from '../support/stored.ts';
import { WireClient } from '../support/wire-client.ts';

const COMMIT = '/v1/blog/commit_publish_draft';
const REPORT = '/v1/refusals';
const REFUSAL = {
  tool: 'list_drafts',
  code: 'invalid_arguments',
  pointers: [],
  argumentsDigest: `sha-256:${'0'.repeat(64)}`,
};

let places: Places;
beforeAll(async () => {
  places = await startPlaces();
}, 60_000);
afterAll(() => stopPlaces(places));
/** Quotas are no subject here. */
beforeEach(async () => {
  for (const { lab } of Object.values(places)) await lab.backend.database.db.deleteFrom('limits').execute();
});

/** The holder of one environment's token, at the backend of another: a server with the wrong address. */
const strayed = (from: Place, to: Place): WireClient => new WireClient(BACKEND_URL, from.lab.token, to.address);

/** The same secret under the name of the other environment, as somebody would write it who knows both. */
function relabelled(from: Place, to: Place): WireClient {
  const parsed = parseToken(from.lab.token);
  if (!parsed.ok) throw new Error(`No token: ${parsed.fault}`);
  return new WireClient(BACKEND_URL, formatToken({ ...parsed.token, environment: to.environment }), to.address);
}

const wrongAssertion = (from: Place, to: Place): Promise<void> =>
  expectCounted(to, 'wrong_environment', () => deliver(to, strayed(from, to).tokenRequest()));

/** A genuine grant of the one, in a request that its own key signed for the address of both. */
async function wrongGrant(from: Place, to: Place): Promise<void> {
  const grant = await from.lab.wire.grant();
  for (const [path, args] of [
    [LIST, NOTHING],
    [REPORT, REFUSAL],
  ] as const) {
    const request = await strayed(from, to).operation(path, args, { grant });
    await expectCounted(to, 'wrong_environment', () => deliver(to, request));
  }
}

/** A token's row in the other store, and its holder asking there for a grant in that environment's own name. */
async function plantedToken(from: Place, to: Place): Promise<void> {
  const { keyid } = from.lab.wire;
  await plantToken(from.lab, to.lab, keyid);
  await wrongAssertion(from, to);
  const expected = { status: 401, code: 'wrong_environment', tool: 'oauth.token' };
  const request = relabelled(from, to).tokenRequest();
  await expectRecorded(to, expected, () => deliver(to, request));
  expect((await to.lab.entries()).at(-1)).toMatchObject({ keyid, client: 'blog-publisher' });
}

describe.each(PAIRS)('of %s, in %s', (a, b) => {
  const both = (): [Place, Place] => [places[a], places[b]];

  test('a token gets no grant: the assertion names another issuer, which counts before its key [env.token]', async () => {
    const [from, to] = both();
    await wrongAssertion(from, to);
    const nobody = new WireClient(
      BACKEND_URL,
      formatToken({ environment: a, clientId: 'blog-publisher', seed: Buffer.alloc(32, 1) }),
    );
    await expectCounted(to, 'wrong_environment', () => deliver(to, nobody.tokenRequest()));
    // In the other's name it is a key that nobody registered.
    await expectCounted(to, 'unauthenticated', () => deliver(to, relabelled(from, to).tokenRequest()));
  });

  test('a grant opens nothing, judged before its signature [env.grant]', async () => {
    const [from, to] = both();
    await wrongGrant(from, to);
    const grant = await from.lab.wire.grant();
    const unsigned = `${grant.slice(0, grant.lastIndexOf('.'))}.${'A'.repeat(86)}`;
    const request = await strayed(from, to).operation(LIST, NOTHING, { grant: unsigned });
    await expectCounted(to, 'wrong_environment', () => deliver(to, request));
  });

  test('a grant that says it is of here is none: nothing but its own issuer signed it [env.grant]', async () => {
    const [from, to] = both();
    await plantGrantKeys(from.lab, to.lab);
    await wrongGrant(from, to);
    const [header, payload = '', signature] = (await from.lab.wire.grant()).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const issuer = to.lab.wire.issuer;
    const moved = Buffer.from(JSON.stringify({ ...claims, iss: issuer, aud: issuer })).toString('base64url');
    const request = await strayed(from, to).operation(LIST, NOTHING, { grant: `${header}.${moved}.${signature}` });
    await expectCounted(to, 'unauthenticated', () => deliver(to, request));
  });

  test('whole requests that were recorded do nothing, whatever they asked [env.recorded]', async () => {
    const [from, to] = both();
    const planId = await pendingPlan(from.lab);
    const { wire } = from.lab;
    const args = { filename: `${a}-${b}.md`, content: draft('Recorded') };
    const recorded = [
      wire.tokenRequest(),
      await wire.operation(LIST, NOTHING),
      await wire.operation(PLAN, args),
      await wire.operation(COMMIT, { planId }),
      await wire.operation(REPORT, REFUSAL),
    ];
    const there = [];
    for (const request of recorded) there.push((await deliver(from, request)).status);
    expect(there).toEqual([200, 200, 200, 403, 202]);
    for (const request of recorded) await expectCounted(to, 'wrong_environment', () => deliver(to, request));
  });

  test("a token's row, copied by an operator, is no credential: one entry says who tried [env.planted-token]", async () => {
    await plantedToken(...both());
  });

  test('there is no issuer of that name [env.issuer]', async () => {
    const [, to] = both();
    for (const path of [
      `/.well-known/oauth-authorization-server/${a}`,
      `/${a}/.well-known/oauth-authorization-server`,
    ]) {
      expect((await fetch(`${to.address}${path}`)).status).toBe(404);
    }
    expect((await fetch(`${to.address}/${a}/jwks.json`)).status).toBe(404);
    expect((await fetch(`${to.address}/${b}/jwks.json`)).status).toBe(200);
  });
});

describe('a row that an operator wrote in full', () => {
  test.each(PAIRS)(
    'of %s, in %s: it reads and plans like any forged registration, commits nothing, and no minting is in the log [env.planted-token]',
    async (a, b) => {
      const [from, to] = [places[a], places[b]];
      const { keyid } = from.lab.wire;
      await plantToken(from.lab, to.lab, keyid, { environment: b });
      await wrongAssertion(from, to);
      await wrongGrant(from, to);
      const wire = relabelled(from, to);
      const { json } = await wire.call(PLAN, { filename: `forged-${a}-${b}.md`, content: draft('Forged') });
      const planId = String(json['planId']);
      expect((await wire.call(COMMIT, { planId })).json['code']).toBe('approval_required');
      expect(await storedOf(to.lab, planId)).toMatchObject({ state: 'pending_approval', articles: 0, effects: 0 });
      const minted = (await to.lab.entries()).filter(({ tool }) => String(tool).startsWith('people.mint'));
      expect(minted).toHaveLength(3);
      expect(JSON.stringify(minted)).not.toContain(keyid);
    },
  );
});

/** Lets a broken production take what the two others gave out. */
const expectFound = (fault: Fault, scenario: (from: Place, to: Place) => Promise<void>): Promise<void> =>
  withBroken(fault, async (production) => {
    for (const from of [places.development, places.staging]) await expectCaught(() => scenario(from, production));
  });

type Verify = (assertion: string, issuer: string, ...rest: unknown[]) => Promise<unknown>;
type Row = Record<string, unknown> | undefined;
type Find = (...given: unknown[]) => Promise<Row>;

const ofAnyIssuer = (Real: typeof Tokens): typeof Tokens =>
  class extends Real {
    override verify(token: string): ReturnType<Tokens['verify']> {
      const {
        sub = '',
        jti = '',
        ...claims
      } = decodeJwt<{ client_id: string; scope: string; cnf: { jkt: string } }>(token);
      return Promise.resolve({
        sub,
        jti,
        clientId: claims.client_id,
        agent: 'publisher-agent',
        runId: null,
        scopes: claims.scope.split(' '),
        details: null,
        keyid: claims.cnf.jkt,
        host: null,
      });
    }
  };

describe('a backend is caught', () => {
  test('that takes assertions for any issuer [check.twins, env.token]', () =>
    expectFound(
      {
        module: 'backend-mock/src/grants/client-assertion.ts',
        instead: ({ verifyAssertion }) => ({
          verifyAssertion: (assertion: string, _issuer: string, ...rest: unknown[]) =>
            (verifyAssertion as Verify)(assertion, String(decodeJwt(assertion).aud), ...rest),
        }),
      },
      wrongAssertion,
    ));

  test('that takes grants of any issuer [check.twins, env.grant, env.recorded]', () =>
    expectFound(
      {
        module: 'backend-mock/src/grants/grant-tokens.ts',
        instead: ({ GrantTokens }) => ({ GrantTokens: ofAnyIssuer(GrantTokens as typeof Tokens) }),
      },
      async (from, to) => {
        await plantToken(from.lab, to.lab, from.lab.wire.keyid, { environment: to.environment });
        await wrongGrant(from, to);
      },
    ));

  test('that does not look where a token was registered [check.twins, env.planted-token]', () =>
    expectFound(
      {
        module: 'backend-mock/src/grants/tokens-repository.ts',
        instead: ({ findToken }) => ({
          findToken: async (...given: unknown[]) => {
            const row = await (findToken as Find)(...given);
            return row && { ...row, environment: 'production' };
          },
        }),
      },
      plantedToken,
    ));
});
