import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize } from '@narrow-deputies/signing';
import { sql } from 'kysely';
import { AuditService } from '../../src/audit/audit.service.ts';
import { createLogger } from '../../src/common/logger.ts';
import { Refusal } from '../../src/common/refusal.ts';
import { Settings } from '../../src/common/settings.ts';
import { Database } from '../../src/database/database.ts';
import { adoptEntries } from '../../src/log/adopt-entries.ts';
import { admit } from '../../src/log/admission.ts';
import { CheckpointCopies } from '../../src/log/checkpoint-copies.ts';
import { Sequencer } from '../../src/log/sequencer.ts';
import { digestOfPolicy, findActivePolicy, insertPolicy } from '../../src/policy/policies-repository.ts';
import { logKeyFor, NoLogKey } from '../../src/start/log-key-for.ts';
import type { Stores } from '../support/engines.ts';
import { TEST_LOG_KEY } from '../support/log-key.ts';
import { NOON } from '../support/rows.ts';

const ENVIRONMENT = 'development';
const DRAFT = { kind: 'read', outcome: 'succeeded' } as const;

interface Said {
  readonly auditId: string;
  readonly tool: string;
  readonly writer?: { readonly id: string; readonly number: number };
  readonly details: Readonly<Record<string, unknown>>;
}

/** Who wrote an entry is proven by what lies outside the store, and by numbers without a gap. */
export function entryWritersSuite(stores: Stores): void {
  const audit = new AuditService(new Settings(ENVIRONMENT));
  let location: string;
  let store: Database;
  let copies: string;
  beforeEach(async () => {
    location = await stores.freshLocation();
    store = stores.open(location);
    copies = await mkdtemp(join(tmpdir(), 'deputies-copies-'));
    stores.defer(() => rm(copies, { recursive: true, force: true }));
  });

  const record = (tool: string, on = store): Promise<string> =>
    on.transaction((tx) => audit.record(tx, NOON, { tool, ...DRAFT }));
  const started = async (): Promise<Sequencer> => {
    const options = { environment: ENVIRONMENT, key: TEST_LOG_KEY, copies: new CheckpointCopies(copies) };
    const made = new Sequencer({ ...options, database: store, logger: createLogger('silent') });
    stores.defer(() => made.stop());
    await made.start();
    return made;
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
  const refusals = async (): Promise<unknown[]> =>
    (await log()).filter(({ tool }) => tool === 'log.refuse_row').map(({ details }) => details['because']);
  const rowOf = (auditId: string) =>
    store.db.selectFrom('audit_entries').selectAll().where('audit_id', '=', auditId).executeTakeFirstOrThrow();
  /** Puts a row into the store, as somebody who may write to it does. */
  const plant = async (change: { audit_id: string; entry: string; mac: string | null }): Promise<void> => {
    await store.db
      .insertInto('audit_entries')
      .values({ time: NOON, tool: 'planted', served: 0, records: 0, risk: 0, outside: 0, ...change })
      .execute();
  };

  test('numbers of a writer have no gap, whatever is undone [log.writers]', async () => {
    await record('one');
    const undone = store.transaction(async (tx) => {
      await audit.record(tx, NOON, { tool: 'undone', ...DRAFT });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await store.transaction(async (tx) => {
      await audit.record(tx, NOON, { tool: 'two', ...DRAFT });
      await audit.record(tx, NOON, { tool: 'three', ...DRAFT });
    });
    await store.rehearse(NOON, () => record('rehearsed'));
    await record('four');
    await (await started()).stop();
    const entries = await log();
    expect(entries.map(({ tool }) => tool)).toEqual(['one', 'two', 'three', 'four']);
    expect(entries.map(({ writer }) => writer?.number)).toEqual([1, 2, 3, 4]);
    expect(new Set(entries.map(({ writer }) => writer?.id)).size).toBe(1);
  });

  test('transactions beside one another have a lane each, and each lane its own numbers [log.writers]', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, at) => record(`tool_${at}`)));
    const other = stores.engine === 'postgres' ? stores.open(location) : store;
    await Promise.all([record('here'), record('there', other)]);
    await (await started()).stop();
    const numbers = new Map<string, number>();
    for (const { writer } of await log()) {
      const { id = '', number = 0 } = writer ?? {};
      expect(number).toBe((numbers.get(id) ?? 0) + 1);
      numbers.set(id, number);
    }
    expect(await refusals()).toEqual([]);
    expect(await log()).toHaveLength(14);
  });

  test('a process without the key writes no entry [log.writers]', async () => {
    const keyless = new Database({ location });
    try {
      await expect(record('none', keyless)).rejects.toThrow('log key');
      expect(await store.db.selectFrom('audit_entries').select('position').execute()).toEqual([]);
    } finally {
      await keyless.close();
    }
  });

  test('a row that nobody with the key wrote gets no place, once and loudly, and the log goes on [log.forged]', async () => {
    const running = await started();
    const auditId = await record('before');
    await running.run();
    const { entry, mac } = await rowOf(auditId);
    const as = (change: JsonObject): string => canonicalize({ ...(JSON.parse(entry) as JsonObject), ...change });
    const { writer: _writer, ...rest } = JSON.parse(entry) as JsonObject;
    const old = canonicalize({ ...rest, auditId: 'forged-4', v: 1 });
    const id = (JSON.parse(entry) as Said).writer?.id ?? '';
    // Without a seal, with another's, of a number that was used, of a version without writers, of no version, and no text.
    await plant({ audit_id: 'forged-1', entry: as({ auditId: 'forged-1', writer: { id, number: 2 } }), mac: null });
    await plant({ audit_id: 'forged-2', entry: as({ auditId: 'forged-2', writer: { id, number: 2 } }), mac });
    await plant({ audit_id: 'forged-3', entry, mac });
    await plant({ audit_id: 'forged-4', entry: old, mac });
    await plant({ audit_id: 'forged-5', entry: as({ auditId: 'forged-5', v: 3 }), mac });
    await plant({ audit_id: 'forged-6', entry: 'not json', mac });
    await record('after');
    await running.run();
    expect((await tools()).filter((tool) => !tool.startsWith('log.'))).toEqual(['before', 'after']);
    expect(await refusals()).toEqual([
      'unproven',
      'unproven',
      'not_an_entry',
      'unproven',
      'not_an_entry',
      'not_an_entry',
    ]);
    const before = await log();
    await running.run();
    expect(await log()).toEqual(before);
  });

  test('a row that was put in again gets no second place, also where its counter was set back [log.forged]', async () => {
    const running = await started();
    const auditId = await record('paid');
    await running.run();
    const { entry, mac } = await rowOf(auditId);
    await store.db.updateTable('log_writers').set({ number: 0 }).execute();
    // The original makes room under its own name.
    await store.db.updateTable('audit_entries').set({ audit_id: 'gone' }).where('audit_id', '=', auditId).execute();
    await plant({ audit_id: auditId, entry, mac });
    await running.run();
    expect((await tools()).filter((tool) => tool === 'paid')).toEqual(['paid']);
    expect(await refusals()).toEqual(['number_repeated']);
  });

  test('a row that is taken away before it has its place leaves a gap that the log names [log.missing]', async () => {
    const running = await started();
    await record('one');
    const stolen = await record('two');
    await store.db.deleteFrom('audit_entries').where('audit_id', '=', stolen).execute();
    await record('three');
    await running.run();
    const entries = await log();
    const { writer } = entries.find(({ tool }) => tool === 'one') ?? {};
    expect(entries.map(({ tool }) => tool)).toEqual(['one', 'three', 'log.miss_entries']);
    expect(entries.at(-1)?.details).toEqual({ writer: writer?.id, from: 2, to: 2 });
  });

  test('a row that is changed before it has its place is refused, and its number is missed [log.forged]', async () => {
    const running = await started();
    const changed = await record('small');
    await record('next');
    await store.db
      .updateTable('audit_entries')
      .set({ entry: sql<string>`replace(entry, 'small', 'large')` })
      .where('audit_id', '=', changed)
      .execute();
    await running.run();
    expect(await tools()).toEqual(['next', 'log.refuse_row', 'log.miss_entries']);
  });

  test('entries from before there were writers are taken over once, and never again [log.adopted]', async () => {
    const old = (auditId: string): string =>
      canonicalize({ v: 1, auditId, environment: ENVIRONMENT, tool: 'old', time: new Date(NOON).toISOString() });
    expect(await adoptEntries(store, ENVIRONMENT)).toBeUndefined();
    await plant({ audit_id: 'old-1', entry: old('old-1'), mac: null });
    await plant({ audit_id: 'old-2', entry: old('old-2'), mac: null });
    expect(await adoptEntries(store, ENVIRONMENT)).toBe(2);
    await plant({ audit_id: 'old-3', entry: old('old-3'), mac: null });
    expect(await adoptEntries(store, ENVIRONMENT)).toBeUndefined();
    const running = await started();
    expect(await tools()).toEqual(['old', 'old', 'log.adopt_entries', 'log.refuse_row']);
    expect((await log())[2]).toMatchObject({ details: { entries: 2, policy: null }, writer: { number: 1 } });
    // Also where somebody takes every seal off: the tree knows that there are newer entries.
    await store.db.deleteFrom('audit_entries').where('refused', 'is not', null).execute();
    await store.db.updateTable('audit_entries').set({ mac: null }).execute();
    await plant({ audit_id: 'old-4', entry: old('old-4'), mac: null });
    expect(await adoptEntries(store, ENVIRONMENT)).toBeUndefined();
    await running.run();
    expect(await refusals()).toEqual(['unproven', 'unproven']);
  });

  test('a policy decides with its seal alone, and while no later activation is on record [policy.proven]', async () => {
    const activate = (name: string, time: number): Promise<void> =>
      store.transaction(async (tx) => {
        const text = { file: name, policy: name, packs: {} };
        const digest = digestOfPolicy(text);
        const auditId = randomUUID();
        await insertPolicy(tx, ENVIRONMENT, { digest, name, text, activatedBy: null, activatedAt: time, auditId });
        const entry = { tool: 'policy.activate', kind: 'system', outcome: 'succeeded', details: { digest } } as const;
        await audit.record(tx, time, entry, auditId);
      });
    const active = async (): Promise<string | undefined> =>
      store
        .transaction((tx) => findActivePolicy(tx, ENVIRONMENT))
        .then(
          (found) => found?.name,
          (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
        );
    await activate('loose', NOON);
    await activate('strict', NOON + 1);
    expect(await active()).toBe('strict');
    const rows = await store.db.selectFrom('policies').selectAll().orderBy('position').execute();
    const [loose, strict] = rows.map(({ position: _position, ...row }) => row);
    if (!loose || !strict) throw new Error('There are two policies.');
    const plantPolicy = (row: typeof loose) => store.db.insertInto('policies').values(row).execute();
    // Without the newest row the one before would come back.
    await store.db.deleteFrom('policies').where('name', '=', 'strict').execute();
    expect(await active()).toBe('unavailable');
    await plantPolicy(strict);
    expect(await active()).toBe('strict');
    for (const forged of [loose, { ...loose, mac: null }, { ...loose, activated_at: NOON + 2 }]) {
      await plantPolicy(forged);
      expect(await active()).toBe('unavailable');
      await plantPolicy(strict);
    }
    await store.db
      .updateTable('audit_entries')
      .set({ entry: sql<string>`replace(entry, ${strict.digest}, ${loose.digest})` })
      .where('audit_id', '=', strict.audit_id)
      .execute();
    await plantPolicy(loose);
    expect(await active()).toBe('unavailable');
  });

  test('whoever writes into a store has the key of its log, and for a new one makes it [cli.log-key]', async () => {
    const file = join(copies, 'log.key');
    const made = await logKeyFor(location, file);
    expect((await logKeyFor(location, file)).equals(made)).toBe(true);
    await (await started()).stop();
    await expect(logKeyFor(location, file)).rejects.toThrow(NoLogKey);
    await expect(logKeyFor(location, join(copies, 'none'))).rejects.toThrow('DEPUTIES_LOG_KEY');
    await writeFile(file, TEST_LOG_KEY.export({ type: 'pkcs8', format: 'pem' }));
    expect((await logKeyFor(location, file)).equals(TEST_LOG_KEY)).toBe(true);
  });

  test('a sequencer that looks at no seal is caught [log.forged, check.twins]', () => {
    const claim = { auditId: 'a', environment: ENVIRONMENT, writer: { id: '0123456789abcdef.0', number: 1 } };
    const row = { position: 1, audit_id: 'a', entry: '{}', mac: 'forged' };
    const terms = { environment: ENVIRONMENT, takesOld: false, numberOf: () => 0 };
    const credulous = { entry: () => 'forged', adopted: () => 'forged', policy: () => 'forged' };
    const admitted = (seal: object): number =>
      admit([{ row, claim }], { ...terms, seal: seal as never }).admitted.length;
    expect(admitted(credulous)).toBe(1);
    expect(admitted({ ...credulous, entry: () => 'right' })).toBe(0);
  });
}
