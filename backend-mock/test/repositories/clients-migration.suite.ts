import { beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { findToken, insertToken, type TokenRecord } from '../../src/grants/tokens-repository.ts';
import { insertPlan } from '../../src/plans/plans-repository.ts';
import type { Stores } from '../support/engines.ts';
import { makePlan, makeToken, NOON } from '../support/rows.ts';

const BEFORE = '0011-acts-by-time';
const FAR = Date.UTC(2100, 0);
const [ANN, BEN, GONE] = ['p_ann', 'p_ben', 'p_gone'];

interface Written {
  readonly client: string;
  readonly owner?: string;
  readonly agent?: string;
  readonly state?: string;
  readonly expires?: number;
}

/** Tokens by key, in the order of their making. */
const TOKENS: Readonly<Record<string, Written>> = {
  first: { client: 'shared' },
  again: { client: 'shared' },
  'other-agent': { client: 'shared', agent: 'export-agent' },
  'other-owner': { client: 'shared', owner: BEN },
  'old-revoked': { client: 'handed-on', state: 'revoked' },
  'old-expired': { client: 'handed-on', expires: NOON },
  'of-the-gone': { client: 'handed-on', owner: GONE },
  'in-use': { client: 'handed-on', owner: BEN },
  last: { client: 'over', owner: BEN, state: 'revoked' },
  own: { client: 'own', owner: BEN },
};

export function clientsMigrationSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = stores.open(await stores.freshLocation({ empty: true }));
    await migrate(store, BEFORE);
    for (const id of [ANN, BEN, GONE]) {
      await sql`insert into people (id, name, folded_name, roles, state, created_at)
        values (${id}, ${id}, ${id}, '["owner"]', ${id === GONE ? 'removed' : 'active'}, 1)`.execute(store.db);
    }
    for (const [at, [keyid, token]] of Object.entries(TOKENS).entries()) {
      const { client, owner = ANN, agent = 'lookup-agent', state = 'active', expires = FAR } = token;
      await sql`insert into api_tokens
        (keyid, client_id, environment, public_x, agent, owner_id, scopes, state, created_at, expires_at)
        values (${keyid}, ${client}, 'development', 'x', ${agent}, ${owner}, '[]', ${state}, ${at}, ${expires})`.execute(
        store.db,
      );
    }
    for (const client of ['shared', 'own', 'unknown']) {
      await sql`insert into idempotency (client_id, tool, key, arguments_digest, outcome, expires_at)
        values (${client}, 'tool', 'key', 'digest', '{}', ${FAR})`.execute(store.db);
    }
    await migrate(store);
  });

  const stateOf = async (keyid: string): Promise<TokenRecord['state'] | undefined> =>
    (await findToken(store.db, keyid))?.state;

  test('each client id belongs to the first token that could still be used, else to the first', async () => {
    const rows = await store.db.selectFrom('clients').selectAll().orderBy('client_id').execute();
    expect(rows.map((row) => [row.client_id, row.owner_id, row.agent])).toEqual([
      ['handed-on', BEN, 'lookup-agent'],
      ['over', BEN, 'lookup-agent'],
      ['own', BEN, 'lookup-agent'],
      ['shared', ANN, 'lookup-agent'],
    ]);
  });

  test('tokens of that owner and agent go on, and those of another stop, with all rows kept', async () => {
    const states = await Promise.all(Object.keys(TOKENS).map(async (keyid) => [keyid, await stateOf(keyid)]));
    expect(Object.fromEntries(states)).toEqual({
      first: 'active',
      again: 'active',
      'other-agent': 'client_taken',
      'other-owner': 'client_taken',
      'old-revoked': 'revoked',
      'old-expired': 'client_taken',
      'of-the-gone': 'client_taken',
      'in-use': 'active',
      last: 'revoked',
      own: 'active',
    });
  });

  test('a used key goes on to bind where it is clear whose it was, and nobody else', async () => {
    const rows = await store.db.selectFrom('idempotency').selectAll().execute();
    expect(rows).toEqual([
      {
        client_id: 'own',
        owner_id: BEN,
        tool: 'tool',
        key: 'key',
        arguments_digest: 'digest',
        outcome: '{}',
        expires_at: FAR,
      },
    ]);
  });

  test('the store takes what the new version writes', async () => {
    const plan = makePlan({ clientId: 'own', ownerId: BEN });
    await store.transaction(async (tx) => {
      expect(await insertToken(tx, makeToken({ clientId: 'own', ownerId: BEN, agent: 'lookup-agent' }))).toBe(true);
      await insertPlan(tx, plan, []);
      await insertPlan(tx, makePlan({ clientId: 'own', ownerId: ANN, fingerprint: plan.fingerprint }), []);
    });
    const twice = store.transaction((tx) => insertPlan(tx, { ...plan, id: 'twice' }, []));
    await expect(twice).rejects.toThrow(/unique/i);
  });
}
