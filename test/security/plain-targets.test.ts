import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { useStores } from '../../backend-mock/test/support/engines.ts';
import { allRoutes, type Route } from '../../backend-mock/test/support/routes.ts';
import { startLab, type Lab } from '../support/lab.ts';

const stores = useStores('sqlite');
let lab: Lab;
let ways: { origin: string; method: string; path: string }[];

beforeAll(async () => {
  lab = await startLab();
  const { backend, console: pages } = await allRoutes(await stores.freshLocation());
  const filled = (origin: string) => (route: Route) => ({
    origin,
    method: route.method,
    path: route.path
      .replaceAll(/:\w+/g, 'abc')
      .replace('*', '0/000')
      .replace(/(?<=.)\/$/, ''),
  });
  ways = [...backend.map(filled(lab.backend.backendUrl)), ...pages.map(filled(lab.backend.consoleUrl))];
}, 60_000);
afterAll(() => lab?.stop());

/** One request on a socket, exactly as it is written here: clients tidy addresses up. */
async function ask(origin: string, method: string, target: string): Promise<{ head: string; body: JsonObject }> {
  const { hostname, port, host } = new URL(origin);
  const socket = connect(Number(port), hostname);
  const from = origin === lab.backend.consoleUrl && method !== 'GET' ? `origin: ${origin}\r\n` : '';
  socket.end(`${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n${from}content-length: 0\r\nconnection: close\r\n\r\n`);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  // A long answer comes in chunks; a problem does not.
  return { head, body: body.startsWith('{') ? (JSON.parse(body) as JsonObject) : {} };
}

const escapeLast = (path: string): string =>
  path.replace(/[a-z](?=[^a-z]*$)/, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

/** Each with the part that makes it strange. */
const STRANGE: readonly (readonly [string, (path: string) => string])[] = [
  ['an escape that no character needs', escapeLast],
  ['an empty segment', (path) => `/${path}`],
  ['an empty last segment', (path) => `${path}/`],
  ['a dot segment', (path) => `/.${path}`],
  ['dot segments that lead back', (path) => `/x/..${path}`],
  ['an escaped dot segment', (path) => `/%2E${path}`],
  ['a fragment', (path) => `${path}#x`],
  ['another origin', (path) => `http://a.example${path}`],
  ['an escape of nothing', (path) => `${path}%zz`],
  ['bytes that are no text', (path) => `${path}%FF`],
];

describe('a request target that is not in its plain form [wire.plain-target]', () => {
  /** Where refusals are counted: in rows of their own, and in entries once their minute is over. */
  const counts = async (): Promise<unknown[]> => {
    const rows = await lab.backend.database.db.selectFrom('refusal_counts').select('audit_id').execute();
    return [...rows.map((row) => row.audit_id), ...(await lab.entries()).map(({ auditId }) => auditId)];
  };
  const entriesOfSomebody = async (): Promise<number> =>
    (await lab.entries()).filter(({ kind }) => kind !== 'noise').length;

  test.each(STRANGE)(
    'with %s is not_found on every route of both ports',
    async (_what, spell) => {
      const entries = await entriesOfSomebody();
      const told = new Set<unknown>();
      const strange = ways.filter(({ path }) => path !== '/');
      expect(strange.length).toBeGreaterThan(40);
      for (const { origin, method, path } of strange) {
        const { head, body } = await ask(origin, method, spell(path));
        expect({ path, status: head.split(' ')[1] }).toEqual({ path, status: '404' });
        expect(head.toLowerCase()).toContain('content-type: application/problem+json');
        expect(Object.keys(body).toSorted()).toEqual(
          ['auditId', 'code', 'detail', 'retryable', 'status', 'title', 'type'].toSorted(),
        );
        expect(body['code']).toBe('not_found');
        told.add(body['auditId']);
      }
      expect(await entriesOfSomebody()).toBe(entries);
      expect(await counts()).toEqual(expect.arrayContaining([...told]));
    },
    60_000,
  );

  test('the address of an article with letters beyond ASCII is plain', async () => {
    for (const escaped of ['gr%C3%BC%C3%9Fe-2026', 'gr%c3%bc%c3%9fe-2026']) {
      const { body } = await ask(lab.backend.backendUrl, 'GET', `/articles/${escaped}.md`);
      expect(body['detail']).toBe('There is no published article at this address.');
    }
  });

  test('its own origin in full is the address itself', async () => {
    const { backendUrl } = lab.backend;
    expect((await ask(backendUrl, 'GET', `${backendUrl}/health`)).head).toMatch(/^HTTP\/1\.1 200 /);
    expect((await ask(backendUrl, 'GET', '/health')).head).toMatch(/^HTTP\/1\.1 200 /);
  });
});
