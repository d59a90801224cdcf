import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import pg from 'pg';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { startStoreProxy, type StoreProxy } from '../support/store-proxy.ts';

interface Health {
  readonly status: number;
  readonly json: { readonly status?: string; readonly conditions?: readonly string[] };
}

/** As a balancer asks: by whatever name it likes. */
function ask(backendUrl: string, host = '10.0.0.5:4180'): Promise<Health> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${backendUrl}/health`, { headers: { host } }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const json = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Health['json'];
        resolve({ status: incoming.statusCode ?? 0, json });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

describe('the health of a replica', () => {
  let postgres: PostgresServer;
  let proxy: StoreProxy;
  let url: string;
  let lab: Lab;
  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase();
    proxy = await startStoreProxy(postgres.url('postgres'));
    lab = await startLab({ databaseUrl: proxy.through(url) });
  }, 120_000);
  afterAll(async () => {
    await lab?.stop();
    await proxy?.stop();
    await postgres?.stop();
  }, 60_000);

  const counts = async (): Promise<number> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ count: number }>('select count(*)::int as count from refusal_counts');
    await client.end();
    return rows[0]?.count ?? -1;
  };

  test('is told to whoever asks by whatever name, and leaves no trace [store.health]', async () => {
    const before = await counts();
    expect(await ask(lab.backend.backendUrl)).toMatchObject({ status: 200, json: { status: 'ok' } });
    expect(await counts()).toBe(before);
  });

  test('is bad where the store takes no writes, in a word that names it [store.health]', async () => {
    const readOnly = (state: 'on' | 'off') =>
      sql`alter database ${sql.ref(new URL(url).pathname.slice(1))} set default_transaction_read_only = ${sql.lit(state)}`;
    const client = new pg.Client({ connectionString: postgres.url('postgres') });
    await client.connect();
    const { sql: text } = readOnly('on').compile(lab.backend.database.db);
    await client.query(text);
    proxy.cut();
    const bad = await ask(lab.backend.backendUrl);
    await client.query(readOnly('off').compile(lab.backend.database.db).sql);
    await client.end();
    proxy.cut();
    expect(bad).toMatchObject({ status: 503, json: { conditions: ['store_writable'] } });
  });

  test('is told while the store is silent, and good again when it speaks [store.health]', async () => {
    proxy.holdStill();
    try {
      expect(await ask(lab.backend.backendUrl)).toMatchObject({
        status: 503,
        json: { conditions: ['store', 'store_writable', 'clock'] },
      });
    } finally {
      proxy.goOn();
      proxy.cut();
    }
    expect(await ask(lab.backend.backendUrl)).toMatchObject({ status: 200 });
  }, 20_000);
});
