import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { AuditService } from '../../src/audit/audit.service.ts';
import { createLogger } from '../../src/common/logger.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import { CheckpointCopies } from '../../src/log/checkpoint-copies.ts';
import { newestCheckpoint } from '../../src/log/log-repository.ts';
import { Sequencer } from '../../src/log/sequencer.ts';
import type { Stores } from '../support/engines.ts';
import { TEST_LOG_KEY } from '../support/log-key.ts';
import { NOON } from '../support/rows.ts';

const ENVIRONMENT = 'development';

/** A store that does not go on from what was signed before is signed only when somebody says so. */
export function logRestoredSuite(stores: Stores): void {
  const audit = new AuditService(new Settings(ENVIRONMENT));
  let store: Database;
  let copies: string;
  beforeEach(async () => {
    store = await stores.fresh();
    copies = await mkdtemp(join(tmpdir(), 'deputies-copies-'));
    stores.defer(() => rm(copies, { recursive: true, force: true }));
  });

  const fill = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at++) {
      await store.transaction((tx) =>
        audit.record(tx, NOON, { tool: `tool_${at}`, kind: 'read', outcome: 'succeeded' }),
      );
    }
  };
  const sequencer = (folder = copies, acceptRestored?: string): Sequencer => {
    const options = { environment: ENVIRONMENT, key: TEST_LOG_KEY, copies: new CheckpointCopies(folder) };
    const made = new Sequencer({ ...options, database: store, logger: createLogger('silent'), acceptRestored });
    stores.defer(() => made.stop());
    return made;
  };
  const started = async (folder = copies): Promise<Sequencer> => {
    const made = sequencer(folder);
    expect(await made.start()).toBe(true);
    return made;
  };
  const noteOf = async (): Promise<string> => (await newestCheckpoint(store.db))?.note ?? '';

  test('a store with a log is not signed beside an empty folder, unless somebody says so in an entry [log.restored]', async () => {
    await fill(3);
    await (await started()).stop();
    const before = await noteOf();
    const elsewhere = await mkdtemp(join(tmpdir(), 'deputies-copies-'));
    stores.defer(() => rm(elsewhere, { recursive: true, force: true }));
    await fill(1);
    await expect(sequencer(elsewhere).start()).rejects.toThrow('--accept-restored');
    expect(await noteOf()).toBe(before);
    const accepting = sequencer(elsewhere, 'Ann');
    await accepting.start();
    await accepting.stop();
    const { entry } = await store.db
      .selectFrom('audit_entries')
      .select('entry')
      .where('tool', '=', 'log.accept_restored')
      .executeTakeFirstOrThrow();
    expect(JSON.parse(entry)).toMatchObject({
      details: { because: 'no_copy', by: 'Ann', store: { size: 3 }, copy: null },
    });
    await (await started(elsewhere)).stop();
    expect((await noteOf()).split('\n')[1]).toBe('5');
  });

  test('a store that was restored goes on when somebody says so, and the newer copies are kept aside [log.restored]', async () => {
    await fill(3);
    await (await started()).stop();
    const lost = await noteOf();
    await store.db.deleteFrom('log_checkpoints').execute();
    await store.db.deleteFrom('log_tiles').execute();
    await store.db.deleteFrom('log_writers').execute();
    await store.db.updateTable('audit_entries').set({ log_index: null }).execute();
    await store.db.deleteFrom('audit_entries').where('tool', '=', 'tool_2').execute();
    await expect(sequencer().start()).rejects.toThrow('rolled back');
    await sequencer(copies, 'Ann').start();
    const { entry } = await store.db
      .selectFrom('audit_entries')
      .select('entry')
      .where('tool', '=', 'log.accept_restored')
      .executeTakeFirstOrThrow();
    expect(JSON.parse(entry)).toMatchObject({
      details: { because: 'rolled_back', store: { size: 0 }, copy: { size: 3 } },
    });
    const [aside = ''] = (await readdir(copies)).filter((name) => name.startsWith('until-'));
    expect(await readFile(join(copies, aside, 'checkpoint'), 'utf8')).toBe(lost);
    expect(await readFile(join(copies, 'checkpoint'), 'utf8')).toBe(await noteOf());
  });

  test('a copy never takes the place of one with more entries of the same log [log.copies]', async () => {
    await fill(1);
    const running = await started();
    const smaller = await noteOf();
    await fill(2);
    await running.run();
    const larger = await noteOf();
    await new CheckpointCopies(copies).write(smaller, NOON);
    expect(await readFile(join(copies, 'checkpoint'), 'utf8')).toBe(larger);
    await new CheckpointCopies(copies).write(smaller.replace(/^.*\n/, 'another-log\n'), NOON);
    expect(await readFile(join(copies, 'checkpoint'), 'utf8')).toContain('another-log');
  });
}
