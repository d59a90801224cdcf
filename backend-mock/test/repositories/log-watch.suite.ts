import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { AuditService } from '../../src/audit/audit.service.ts';
import { createLogger } from '../../src/common/logger.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import { CheckpointCopies } from '../../src/log/checkpoint-copies.ts';
import { LogState } from '../../src/log/log-state.ts';
import { LogWatch } from '../../src/log/log-watch.ts';
import { Sequencer } from '../../src/log/sequencer.ts';
import type { Stores } from '../support/engines.ts';
import { TEST_LOG_KEY } from '../support/log-key.ts';
import { NOON } from '../support/rows.ts';

const ENVIRONMENT = 'development';
const DRAFT = { kind: 'read', outcome: 'succeeded' } as const;

interface Said {
  readonly tool: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A process looks after what it wrote, and says what is wrong with the log. */
export function logWatchSuite(stores: Stores): void {
  const audit = new AuditService(new Settings(ENVIRONMENT));
  let store: Database;
  let copies: string;
  beforeEach(async () => {
    store = await stores.fresh();
    copies = await mkdtemp(join(tmpdir(), 'deputies-copies-'));
    stores.defer(() => rm(copies, { recursive: true, force: true }));
  });

  const record = (tool: string): Promise<string> =>
    store.transaction((tx) => audit.record(tx, NOON, { tool, ...DRAFT }));
  const started = async (): Promise<Sequencer> => {
    const options = { environment: ENVIRONMENT, key: TEST_LOG_KEY, copies: new CheckpointCopies(copies) };
    const made = new Sequencer({ ...options, database: store, logger: createLogger('silent') });
    stores.defer(() => made.stop());
    await made.start();
    return made;
  };
  const watching = (): { watch: LogWatch; state: LogState } => {
    const state = new LogState();
    return {
      state,
      watch: new LogWatch({ database: store, environment: ENVIRONMENT, logger: createLogger('silent'), state }),
    };
  };
  /** The log, in its order. */
  const log = async (): Promise<Said[]> => {
    const rows = await store.db
      .selectFrom('audit_entries')
      .select('entry')
      .where('log_index', 'is not', null)
      .orderBy('log_index')
      .execute();
    return rows.map(({ entry }) => JSON.parse(entry) as Said);
  };
  const tools = async (): Promise<string[]> => (await log()).map(({ tool }) => tool);

  test('the last entry of a writer is missed by the process that wrote it [log.missing]', async () => {
    const running = await started();
    const { watch, state } = watching();
    await record('one');
    await running.run();
    await watch.look();
    expect([state.troubles, await tools()]).toEqual([[], ['one']]);
    const stolen = await record('last');
    await store.db.deleteFrom('audit_entries').where('audit_id', '=', stolen).execute();
    await watch.look();
    await watch.look();
    await running.run();
    const entries = await log();
    expect(entries.map(({ tool }) => tool).filter((tool) => tool !== 'one')).toContain('log.miss_entries');
    expect(entries.find(({ details }) => details['entry'] === stolen)?.details).toMatchObject({ from: 2, to: 2 });
    expect(entries.filter(({ details }) => details['entry'] === stolen)).toHaveLength(1);
    expect(state.troubles).toEqual(['entries_missing']);
  });

  test('a trigger of the store that takes entries away is noticed, and so is a place that is none [log.missing]', async () => {
    const running = await started();
    const { watch } = watching();
    const hidden = await record('hidden');
    await store.db.updateTable('audit_entries').set({ log_index: 4_000 }).where('audit_id', '=', hidden).execute();
    await watch.look();
    const pg = stores.engine === 'postgres';
    if (pg) {
      await sql`create function thief() returns trigger language plpgsql as
        'begin if new.tool = ''taken'' then return null; end if; return new; end'`.execute(store.db);
      await sql`create trigger thief before insert on audit_entries for each row execute function thief()`.execute(
        store.db,
      );
      await expect(record('taken')).rejects.toThrow();
      await sql`drop trigger thief on audit_entries`.execute(store.db);
      await sql`drop function thief`.execute(store.db);
    } else {
      await sql`create trigger thief after insert on audit_entries when new.tool = 'taken'
        begin delete from audit_entries where position = new.position; end`.execute(store.db);
      const taken = await record('taken');
      await watch.look();
      await sql`drop trigger thief`.execute(store.db);
      await running.run();
      expect((await log()).map(({ details }) => details['entry'])).toContain(taken);
    }
    await running.run();
    expect((await log()).map(({ details }) => details['entry'])).toContain(hidden);
  });

  test('entries that wait for long are told, and no longer than they wait [log.watched]', async () => {
    const { watch, state } = watching();
    await store.transaction((tx) => audit.record(tx, 1_000, { tool: 'old', ...DRAFT }));
    await watch.look();
    expect(state.troubles).toEqual(['standing_still']);
    await (await started()).run();
    await watch.look();
    expect(state.troubles).toEqual([]);
  });
}
