import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleClient, signedIn } from '../support/console-client.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { decisionOn, expectUndecided, pendingPlan } from '../support/plans-and-people.ts';
import { LIST, NOTHING } from '../support/refused.ts';
import { rowCounts } from '../support/stored.ts';
import { send } from '../support/wire-client.ts';

let lab: Lab;
let client: ConsoleClient;
beforeAll(async () => {
  lab = await startLab();
  client = await signedIn(lab, 'owner', ['owner']);
}, 60_000);
afterAll(() => lab?.stop());

describe('console and agents', () => {
  test('share no port, and neither has the routes of the other [console.apart]', async () => {
    const { backendUrl, consoleUrl } = lab.backend;
    expect(new URL(backendUrl).port).not.toBe(new URL(consoleUrl).port);
    const there = new ConsoleClient(consoleUrl, backendUrl);
    there.cookie = client.cookie;
    for (const path of ['/waiting', '/sign-in', '/agents', '/events', '/console.js']) {
      expect([path, (await there.get(path, { host: new URL(backendUrl).host })).status]).toEqual([path, 404]);
    }
    for (const path of [LIST, '/oauth/token', '/people/approve']) {
      expect([path, (await client.post(path, {})).status]).toEqual([path, 404]);
    }
  });

  test("an agent's grant and signature are nothing in the console [console.apart, approval.person]", async () => {
    const planId = await pendingPlan(lab);
    const args = await decisionOn(lab, planId);
    const authorization = `Bearer ${await lab.wire.grant()}`;
    const bare = new ConsoleClient(lab.backend.consoleUrl);
    expect((await bare.get('/waiting', { authorization })).status).toBe(303);
    expect((await bare.get('/events', { authorization })).status).toBe(401);
    for (const path of ['/acts', '/acts/options', '/session/end']) {
      const body = { action: 'approve', arguments: args };
      const reply = await bare.post(path, body, { authorization, 'x-csrf-token': lab.token });
      expect([path, reply.json['code']]).toEqual([path, 'unauthenticated']);
    }
    expect((await bare.get('/waiting', { cookie: `deputies=${lab.token}` })).status).toBe(303);
    await expectUndecided(lab, planId);
  });

  test("a session's cookie is nothing to the agents' API [console.apart]", async () => {
    const before = await rowCounts(lab);
    const request = await lab.wire.operation(LIST, NOTHING);
    const withCookie = request.headers
      .filter(([name]) => name !== 'authorization')
      .concat([['cookie', client.cookie ?? '']]);
    expect((await send({ ...request, headers: withCookie })).status).toBe(401);
    for (const action of ['list_plans', 'suspend', 'approve']) {
      const reply = await send({
        method: 'POST',
        url: `${lab.backend.backendUrl}/people/${action}`,
        headers: [
          ['content-type', 'application/json'],
          ['cookie', client.cookie ?? ''],
          ['x-csrf-token', client.csrf ?? ''],
        ],
        body: Buffer.from('{}'),
      });
      expect([action, reply.status >= 400 && reply.status < 500]).toEqual([action, true]);
    }
    expect(await rowCounts(lab)).toEqual(before);
  });
});
