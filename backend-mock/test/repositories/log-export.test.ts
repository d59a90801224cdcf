import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { AuditService } from '../../src/audit/audit.service.ts';
import { createLogger } from '../../src/common/logger.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import { CheckpointCopies } from '../../src/log/checkpoint-copies.ts';
import { exportLog } from '../../src/log/export-log.ts';
import { Sequencer } from '../../src/log/sequencer.ts';
import { verifyExport } from '../../src/verifier/verify-export.ts';
import { ENGINES, useStores } from '../support/engines.ts';
import { NOON } from '../support/rows.ts';
import { TEST_LOG_KEY } from '../support/log-key.ts';

const ENVIRONMENT = 'development';
/** Three bundles and a bit, so that there is a tile over tiles. */
const MANY = 800;
/** Payloads that together are some times what one bundle takes. */
const LARGE = 1_900;
const LARGE_BYTES = 12_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe.each(ENGINES)('an export from %s', (engine) => {
  const stores = useStores(engine);
  const audit = new AuditService(new Settings(ENVIRONMENT));
  let store: Database;
  /** Another process's view, as the command line has one. */
  let reader: Database;
  let root: string;
  let sequencer: Sequencer;
  beforeEach(async () => {
    const location = await stores.freshLocation();
    store = stores.open(location);
    reader = stores.open(location);
    root = await mkdtemp(join(tmpdir(), 'deputies-export-'));
    const key = TEST_LOG_KEY;
    const copies = new CheckpointCopies(join(root, 'copies'));
    sequencer = new Sequencer({
      database: store,
      environment: ENVIRONMENT,
      key,
      copies,
      logger: createLogger('silent'),
    });
    stores.defer(() => rm(root, { recursive: true, force: true }));
    stores.defer(() => sequencer.stop());
  });

  const fill = (count: number, text = ''): Promise<void> =>
    store.transaction(async (tx) => {
      for (let at = 0; at < count; at++) {
        const draft = { tool: `tool_${at}`, kind: 'read', outcome: 'succeeded', arguments: { at, text } } as const;
        await audit.record(tx, NOON + at, draft);
      }
    });
  const folder = (): Promise<string> => mkdtemp(join(root, 'export-'));
  const exported = async (payloads = true): Promise<string> => {
    const to = await folder();
    await exportLog(reader, to, { payloads });
    return to;
  };
  /** What a retention leaves. */
  const forget = (count: number): Promise<void> =>
    store.transaction(async (tx) => {
      const rows = await tx.selectFrom('audit_payloads').select('audit_id').limit(count).execute();
      const ids = rows.map((row) => row.audit_id);
      await tx.deleteFrom('audit_payloads').where('audit_id', 'in', ids).execute();
      const details = { count: ids.length };
      await audit.record(tx, NOON + MANY, { tool: 'audit.retention', kind: 'system', outcome: 'succeeded', details });
    });

  test('holds over several bundles, in steps, and what was written since is not in it [verify.export]', async () => {
    await fill(MANY);
    await sequencer.start();
    const steps: number[] = [];
    const to = await folder();
    await fill(3);
    const { entries } = await exportLog(reader, to, { payloads: true, onProgress: (done) => steps.push(done) });
    expect(entries).toBe(MANY);
    expect(steps).toEqual([256, 512, 768, MANY]);
    expect((await readdir(join(to, 'tile'))).toSorted()).toEqual(['0', '1', 'entries']);
    const progress: number[] = [];
    const verdict = await verifyExport({ folder: to, onProgress: (done) => progress.push(done) });
    expect(verdict).toMatchObject({ ok: true, entries: MANY, counts: { payloads: { present: MANY, missing: 0 } } });
    expect(progress).toEqual(steps);
  });

  test('is written and verified without being held: what is read is let go of [verify.streams]', async () => {
    await fill(LARGE, 'x'.repeat(LARGE_BYTES));
    await sequencer.start();
    const held: number[] = [];
    const weigh = (): void => {
      collectGarbage();
      const { heapUsed, external } = process.memoryUsage();
      held.push(heapUsed + external);
    };
    const to = await folder();
    await exportLog(reader, to, { payloads: true, onProgress: weigh });
    const written = held.splice(0);
    expect(await verifyExport({ folder: to, onProgress: weigh })).toMatchObject({ ok: true, entries: LARGE });
    for (const weights of [written, held]) {
      expect(weights.length).toBeGreaterThan(6);
      // Held from the beginning to the end, the second half would weigh half of everything more than the first; a driver's own
      // buffers come and go within a quarter.
      const half = Math.floor(weights.length / 2);
      const growth = Math.min(...weights.slice(half)) - Math.min(...weights.slice(0, half));
      expect(growth).toBeLessThan((LARGE * LARGE_BYTES) / 4);
    }
  }, 60_000);

  test('names an entry that was edited in the store, far into the log [verify.edit]', async () => {
    await fill(MANY);
    await sequencer.start();
    const at = 600;
    const row = await store.db.selectFrom('audit_entries').selectAll().where('log_index', '=', at).executeTakeFirst();
    const entry = String(row?.entry).replace(`"tool_${at}"`, '"tool_x"');
    await store.db.updateTable('audit_entries').set({ entry }).where('log_index', '=', at).execute();
    expect(await verifyExport({ folder: await exported() })).toMatchObject({ code: 'entry_edited', firstBad: at });
  });

  test('is refused where there is no log yet, and never written into a folder that holds anything [verify.files]', async () => {
    await fill(1);
    await expect(exported()).rejects.toMatchObject({ code: 'no_log' });
    await sequencer.start();
    const to = await folder();
    await writeFile(join(to, 'mine'), 'mine');
    await expect(exportLog(reader, to, { payloads: true })).rejects.toMatchObject({ code: 'not_empty' });
    await expect(exportLog(reader, join(to, 'mine'), { payloads: true })).rejects.toMatchObject({ code: 'not_empty' });
    expect(await readdir(to)).toEqual(['mine']);
    expect(await readFile(join(to, 'mine'), 'utf8')).toBe('mine');
  });

  test('waits for the place of a deletion, which accounts for what is gone [verify.payload]', async () => {
    await fill(20);
    await sequencer.start();
    await sequencer.stop();
    await forget(5);
    const waiting = exported();
    await sequencer.run();
    expect(await verifyExport({ folder: await waiting })).toMatchObject({
      ok: true,
      entries: 21,
      counts: { payloads: { present: 15, missing: 5 } },
    });
    // One more than the log says.
    const [row] = await store.db.selectFrom('audit_payloads').select('audit_id').limit(1).execute();
    await store.db
      .deleteFrom('audit_payloads')
      .where('audit_id', '=', row?.audit_id ?? '')
      .execute();
    expect(await verifyExport({ folder: await exported() })).toMatchObject({ ok: false, code: 'payload_missing' });
  });
});
