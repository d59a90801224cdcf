import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import {
  consistencyProof,
  openCheckpoint,
  TILE_WIDTH,
  verifyConsistency,
  verifyLog,
  type Checkpoint,
  type LogVerdict,
} from '@narrow-deputies/transparency-log';
import { sql } from 'kysely';
import { AuditService } from '../../src/audit/audit.service.ts';
import { createLogger } from '../../src/common/logger.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import { CheckpointCopies } from '../../src/log/checkpoint-copies.ts';
import { logVerifier } from '../../src/log/log-identity.ts';
import { newestCheckpoint, readBundle, tileReader } from '../../src/log/log-repository.ts';
import { Sequencer } from '../../src/log/sequencer.ts';
import type { Stores } from '../support/engines.ts';
import { NOON } from '../support/rows.ts';
import { TEST_LOG_KEY } from '../support/log-key.ts';

const ENVIRONMENT = 'development';

export function logSequencerSuite(stores: Stores): void {
  const audit = new AuditService(new Settings(ENVIRONMENT));
  let store: Database;
  let location: string;
  let copies: string;
  let key: KeyObject;
  beforeEach(async () => {
    location = await stores.freshLocation();
    store = stores.open(location);
    copies = await mkdtemp(join(tmpdir(), 'deputies-copies-'));
    stores.defer(() => rm(copies, { recursive: true, force: true }));
    key = TEST_LOG_KEY;
  });

  const record = (tool: string, on = store): Promise<string> =>
    on.transaction((tx) => audit.record(tx, NOON, { tool, kind: 'read', outcome: 'succeeded' }));
  const fill = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at++) await record(`tool_${at}`);
  };
  const sequencer = (on = store, { folder = copies, signing = key } = {}): Sequencer => {
    const options = { environment: ENVIRONMENT, key: signing, copies: new CheckpointCopies(folder) };
    const made = new Sequencer({ ...options, database: on, logger: createLogger('silent') });
    stores.defer(() => made.stop());
    return made;
  };
  const started = async (on = store): Promise<Sequencer> => {
    const made = sequencer(on);
    expect(await made.start()).toBe(true);
    return made;
  };
  const trust = async () => {
    const verifier = await logVerifier(store.db);
    if (!verifier) throw new Error('The log has no key.');
    return { origin: verifier.name, verifiers: [verifier] };
  };
  const opened = async (note: string): Promise<Checkpoint> => {
    const outcome = openCheckpoint(note, await trust());
    if (!outcome.ok) throw new Error(`The checkpoint is refused: ${outcome.fault}.`);
    return outcome.checkpoint;
  };
  const noteOf = async (): Promise<string> => (await newestCheckpoint(store.db))?.note ?? '';
  async function* bundles(size: number): AsyncGenerator<Uint8Array> {
    for (let first = 0; first < size; first += TILE_WIDTH) {
      const bundle = await readBundle(store.db, first / TILE_WIDTH, Math.min(TILE_WIDTH, size - first));
      if (!bundle) throw new Error(`The bundle from ${first} on is not there.`);
      yield bundle;
    }
  }
  const verified = async (checkpoint: string, kept?: string): Promise<LogVerdict> => {
    const { size } = await opened(checkpoint);
    return verifyLog({
      ...(await trust()),
      checkpoint,
      ...(kept !== undefined && { kept }),
      stream: { bundles: bundles(size) },
      readTile: tileReader(store.db),
    });
  };

  test('every entry has its place, in the order of writing, under a head that verifies [log.sequenced]', async () => {
    await fill(3);
    const running = await started();
    const first = await noteOf();
    await fill(300);
    await running.run();
    const second = await noteOf();
    expect((await opened(first)).size).toBe(3);
    expect((await opened(second)).size).toBe(303);
    expect(await verified(second, first)).toEqual({ ok: true, entries: 303, treeSize: 303 });
    const rows = await store.db.selectFrom('audit_entries').select('log_index').orderBy('position').execute();
    expect(rows.map(({ log_index: index }) => Number(index))).toEqual(Array.from({ length: 303 }, (_, at) => at));
  });

  test('nothing new signs nothing new [log.sequenced]', async () => {
    await fill(2);
    const running = await started();
    const before = await noteOf();
    await running.run();
    expect(await noteOf()).toBe(before);
    expect(await store.db.selectFrom('log_checkpoints').selectAll().execute()).toHaveLength(1);
  });

  test('replicas that sequence at once, while others write, make one log without gaps [log.one-history]', async () => {
    // Two connections of one process to a SQLite file would wait for each other; its replicas are other processes.
    const views = stores.engine === 'sqlite' ? [store] : [store, stores.open(location), stores.open(location)];
    const running = await Promise.all(views.map((view) => started(view)));
    const notes = new Set<string>();
    for (let round = 0; round < 6; round++) {
      await Promise.all([
        ...views.flatMap((view, at) => [record(`a_${at}`, view), record(`b_${at}`, view)]),
        ...running.map((each) => each.run()),
      ]);
      // A run that was first found nothing to do.
      if ((await noteOf()) !== '') notes.add(await noteOf());
    }
    for (const each of running) await each.run();
    notes.add(await noteOf());
    const heads = await Promise.all([...notes].map((note) => opened(note)));
    for (const [at, head] of heads.entries()) {
      const next = heads[at + 1];
      if (!next) continue;
      const proof = await consistencyProof(head.size, next.size, tileReader(store.db));
      const { size: first, root: firstRoot } = head;
      const { size: second, root: secondRoot } = next;
      expect(verifyConsistency({ first, second, firstRoot, secondRoot, proof })).toBe(true);
    }
    const all = views.length * 12;
    expect(await verified(await noteOf())).toEqual({ ok: true, entries: all, treeSize: all });
    expect(
      await store.db.selectFrom('audit_entries').select('position').where('log_index', 'is', null).execute(),
    ).toEqual([]);
  });

  test('an entry that is committed later than one written after it gets the next place, not a gap [log.sequenced]', async () => {
    if (stores.engine === 'sqlite') return;
    const running = await started();
    const other = stores.open(location);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let wrote = (): void => undefined;
    const written = new Promise<void>((resolve) => (wrote = resolve));
    const slow = other.transaction(async (tx) => {
      await audit.record(tx, NOON, { tool: 'slow', kind: 'read', outcome: 'succeeded' });
      wrote();
      await held;
    });
    await written;
    await record('quick');
    await running.run();
    release();
    await slow;
    await running.run();
    const rows = await store.db
      .selectFrom('audit_entries')
      .select(['tool', 'log_index'])
      .orderBy('log_index')
      .execute();
    expect(rows.map(({ tool, log_index: index }) => [tool, Number(index)])).toEqual([
      ['quick', 0],
      ['slow', 1],
    ]);
  });

  test('each head is copied outside the store, the newest and the last of each day [log.copies]', async () => {
    await fill(1);
    const running = await started();
    await fill(1);
    await running.run();
    const files = (await readdir(copies)).toSorted();
    expect(files).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d\.checkpoint$/), 'checkpoint']);
    for (const file of files) expect(await readFile(join(copies, file), 'utf8')).toBe(await noteOf());
  });

  test('a folder that could not be written has the newest head as soon as it can be [log.copies]', async () => {
    await fill(1);
    const running = await started();
    await rm(copies, { recursive: true });
    await writeFile(copies, 'in the way');
    await fill(1);
    await expect(running.run()).rejects.toThrow();
    expect((await opened(await noteOf())).size).toBe(2);
    await rm(copies);
    await running.run();
    expect(await readFile(join(copies, 'checkpoint'), 'utf8')).toBe(await noteOf());
  });

  test('a store that was rolled back behind its copy is not signed [log.one-history]', async () => {
    await fill(3);
    await (await started()).stop();
    const before = await noteOf();
    await store.db.deleteFrom('log_checkpoints').execute();
    await store.db.deleteFrom('log_tiles').execute();
    await store.db.updateTable('audit_entries').set({ log_index: null }).execute();
    await store.db.deleteFrom('audit_entries').where('tool', '=', 'tool_2').execute();
    await expect(sequencer().start()).rejects.toThrow('rolled back');
    expect(await noteOf()).toBe('');
    expect(await readFile(join(copies, 'checkpoint'), 'utf8')).toBe(before);
  });

  test('a store that was rewritten behind its copy is not signed [log.one-history]', async () => {
    await fill(3);
    await (await started()).stop();
    const elsewhere = await mkdtemp(join(tmpdir(), 'deputies-copies-'));
    stores.defer(() => rm(elsewhere, { recursive: true, force: true }));
    await store.db.deleteFrom('log_checkpoints').execute();
    await store.db.deleteFrom('log_tiles').execute();
    await store.db
      .updateTable('audit_entries')
      .set({ log_index: null, entry: sql<string>`replace(entry, 'tool_1', 'tool_9')` })
      .execute();
    // Whoever holds the key can sign a second history; the copy that was kept tells.
    await sequencer(store, { folder: elsewhere }).start();
    await fill(1);
    await expect(sequencer().start()).rejects.toThrow('rewritten');
  });

  test('tiles that were damaged are not built on [log.one-history]', async () => {
    await fill(3);
    const running = await started();
    const before = await noteOf();
    await store.db
      .updateTable('log_tiles')
      .set({ hashes: Buffer.alloc(96, 7).toString('base64') })
      .execute();
    await fill(1);
    await expect(running.run()).rejects.toThrow('root');
    expect(await noteOf()).toBe(before);
  });

  test('another key leaves the log alone, and what it would have signed waits [log.one-key]', async () => {
    await fill(1);
    await (await started()).stop();
    await fill(1);
    const other = generateKeyPairSync('ed25519').privateKey;
    expect(await sequencer(store, { signing: other }).start()).toBe(false);
    expect((await opened(await noteOf())).size).toBe(1);
    await (await started()).stop();
    expect((await opened(await noteOf())).size).toBe(2);
  });

  test('what waits when a process ends is sequenced before it does [log.sequenced]', async () => {
    const running = await started();
    await fill(5);
    await running.stop();
    expect((await opened(await noteOf())).size).toBe(5);
  });
}
