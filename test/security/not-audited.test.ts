import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NOT_AUDITED } from '@narrow-deputies/backend-mock';
import { useStores } from '../../backend-mock/test/support/engines.ts';
import { allRoutes, type Route } from '../../backend-mock/test/support/routes.ts';
import { signedIn, type ConsoleClient } from '../support/console-client.ts';
import { fill } from '../support/console-routes.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { pendingPlan } from '../support/plans-and-people.ts';
import { send } from '../support/wire-client.ts';

/** Every other route; a new one stands here or in the constant, and somebody has thought about it. */
const RECORDED = [
  'POST /oauth/token',
  'POST /v1/refusals',
  'POST /v1/:context/:tool',
  'POST /people/:action',
  'POST /session',
  'POST /session/end',
  'POST /acts',
  'POST /enrolment',
];
const EXCEPTIONS = NOT_AUDITED.flatMap(({ routes }) => routes);
const nameOf = ({ method, path }: Route): string => `${method} ${path.replace(/(?<=.)\/$/, '')}`;

const stores = useStores('sqlite');
let lab: Lab;
let client: ConsoleClient;
let routes: { backend: Route[]; console: Route[] };
beforeAll(async () => {
  routes = await allRoutes(await stores.freshLocation());
  lab = await startLab();
  client = await signedIn(lab, 'owner', ['owner']);
}, 60_000);
afterAll(() => lab?.stop());

describe('what is not audited', () => {
  test('is one constant: each route stands in it, or leaves an entry, and no other does [audit.exceptions]', () => {
    const all = [...routes.backend, ...routes.console].map(nameOf);
    expect([...EXCEPTIONS, ...RECORDED].toSorted()).toEqual(all.toSorted());
    for (const { what, why } of NOT_AUDITED) expect([what, /^[A-Z].*\.$/s.test(why)]).toEqual([what, true]);
  });

  test('changes nothing, and leaves no entry: each of its routes that can be read [audit.exceptions]', async () => {
    const planId = await pendingPlan(lab);
    const before = (await lab.entries()).length;
    for (const name of EXCEPTIONS.filter((each) => each.startsWith('GET ') && each !== 'GET /events')) {
      const path = fill(name.slice('GET '.length).replace(':environment', 'development'), planId).replace('*', '0/000');
      if (routes.console.map(nameOf).includes(name)) await client.get(path);
      else await send({ method: 'GET', url: `${lab.backend.backendUrl}${path}`, headers: [], body: Buffer.alloc(0) });
    }
    expect((await lab.entries()).filter(({ kind }) => kind !== 'noise').length).toBe(before);
  });

  test('is not what a person does who is known: signing out has an entry, as signing in had [audit.exceptions]', async () => {
    const entries = async (): Promise<unknown[]> =>
      (await lab.entries()).filter(({ tool }) => String(tool).startsWith('people.sign_'));
    expect((await entries()).at(-1)).toMatchObject({ tool: 'people.sign_in', source: '127.0.0.1' });
    expect((await client.post('/session/end', {})).status).toBe(200);
    expect((await entries()).at(-1)).toMatchObject({
      tool: 'people.sign_out',
      kind: 'person',
      person: expect.stringMatching(/^p_/),
      source: '127.0.0.1',
    });
  });
});
