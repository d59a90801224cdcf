import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { problem } from '@narrow-deputies/contracts';
import { startBackend, type BackendOptions, type RunningBackend } from '../../src/start/start-backend.ts';
import { useStores } from '../support/engines.ts';
import { TEST_LOG_KEY } from '../support/log-key.ts';

describe('startBackend', () => {
  const stores = useStores('sqlite');
  const options = async (overrides: Partial<BackendOptions> = {}): Promise<BackendOptions> => ({
    environment: 'development',
    database: await stores.freshLocation({ empty: true }),
    port: 0,
    consolePort: 0,
    logKey: TEST_LOG_KEY,
    logLevel: 'silent',
    ...overrides,
  });

  describe('on an empty store', () => {
    let backend: RunningBackend;
    beforeAll(async () => {
      backend = await startBackend(await options());
    });
    afterAll(() => backend.close());
    const get = (path: string): Promise<Response> => fetch(`${backend.backendUrl}${path}`);

    test('says that it is healthy, and in which environment', async () => {
      const answer = await get('/health');
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ status: 'ok', environment: 'development' });
      expect(answer.headers.get('cache-control')).toBe('no-store');
    });

    test('serves the API on the loopback interface and people on another port', () => {
      expect(backend.backendUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(backend.consoleUrl).toMatch(/^http:\/\/localhost:\d+$/);
      expect(new URL(backend.backendUrl).port).not.toBe(new URL(backend.consoleUrl).port);
    });

    test('publishes its metadata at both addresses that clients derive from the issuer', async () => {
      const issuer = `${backend.backendUrl}/development`;
      for (const path of [
        '/.well-known/oauth-authorization-server/development',
        '/development/.well-known/oauth-authorization-server',
      ]) {
        expect(await (await get(path)).json()).toMatchObject({
          issuer,
          token_endpoint: `${backend.backendUrl}/oauth/token`,
          jwks_uri: `${issuer}/jwks.json`,
          grant_types_supported: ['client_credentials'],
          token_endpoint_auth_methods_supported: ['private_key_jwt'],
          token_endpoint_auth_signing_alg_values_supported: ['EdDSA'],
          scopes_supported: expect.arrayContaining(['blog:list_drafts', 'blog:commit_publish_draft']),
        });
      }
    });

    test('publishes the public halves of its grant keys and nothing more of them', async () => {
      const { keys } = (await (await get('/development/jwks.json')).json()) as { keys: object[] };
      for (const key of keys) {
        expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
        expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' });
      }
    });

    test.each([
      ['GET', '/'],
      ['GET', '/nowhere'],
      ['GET', '/v1/blog/list_drafts'],
      ['POST', '/v1/blog/drop_tables'],
      ['POST', '/v1/crm/list_drafts'],
      ['POST', '/v1/blog'],
      ['POST', '/people/become_administrator'],
      ['DELETE', '/health'],
      ['GET', '/production/jwks.json'],
      ['GET', '/.well-known/oauth-authorization-server/production'],
      ['GET', '/articles/no-such-article.md'],
      ['GET', '/plans/5f0c1d9e-0000-4000-8000-000000000001'],
    ])('%s %s is not_found, before anything about its sender is asked [wire.not-found]', async (method, path) => {
      const answer = await fetch(`${backend.backendUrl}${path}`, { method });
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(problem.parse(await answer.json())).toMatchObject({ code: 'not_found', auditId: expect.any(String) });
    });

    test('shows people no plan where there is none, with nothing that could run', async () => {
      const answer = await fetch(`${backend.consoleUrl}/plans/5f0c1d9e-0000-4000-8000-000000000001`);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
      expect((await fetch(`${backend.consoleUrl}/style.css`)).headers.get('content-type')).toMatch(/^text\/css/);
    });

    test.each(['/health', '/v1/blog/list_drafts', '/oauth/token', '/people/approve'])(
      "has no %s on people's origin",
      async (path) => {
        expect((await fetch(`${backend.consoleUrl}${path}`, { method: 'POST' })).status).toBe(404);
        expect((await fetch(`${backend.consoleUrl}${path}`)).status).toBe(404);
      },
    );
  });

  test('a store of another environment is refused, and left as it was', async () => {
    const own = await options({ environment: 'staging' });
    await (await startBackend(own)).close();
    await expect(startBackend({ ...own, environment: 'production' })).rejects.toThrow('"staging"');
    await (await startBackend(own)).close();
  });

  test.each([
    ['port', '--port'],
    ['consolePort', '--console-port'],
  ] as const)('a %s in use is named with the flag that chooses another', async (name, flag) => {
    const taken: Server = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    try {
      await expect(startBackend(await options({ [name]: port }))).rejects.toThrow(
        `Port ${port} is in use. Stop what uses it, or choose another with ${flag}`,
      );
    } finally {
      taken.close();
    }
  });

  test('after it closed, nothing answers, and another one may have its port', async () => {
    const own = await options();
    const first = await startBackend(own);
    await first.close();
    await expect(fetch(`${first.backendUrl}/health`)).rejects.toThrow();
    const second = await startBackend({ ...own, port: Number(new URL(first.backendUrl).port) });
    expect(second.backendUrl).toBe(first.backendUrl);
    await second.close();
  });
});
