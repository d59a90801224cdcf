import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { sha256Hex } from '@narrow-deputies/signing';
import { listEntries, listOpenCounts } from '../../src/audit/audit-repository.ts';
import { AuditService } from '../../src/audit/audit.service.ts';
import { RefusalCounter } from '../../src/audit/refusal-counter.ts';
import { rfc3339 } from '../../src/common/clock.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import type { Stores } from '../support/engines.ts';
import { RecordingLogger } from '../support/log.ts';

const MINUTE_MS = 60_000;
const REFUSAL = {
  source: '127.0.0.1',
  code: 'signature_invalid',
  route: '/v1/blog/list_drafts',
  sample: 'noise',
} as const;
/** The middle of this minute. */
const PRESENT = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS + 30_000;
/** Noise of a minute that is over, for the database's clock too. */
const PAST = PRESENT - 2 * MINUTE_MS;
const TIMERS = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
] as const;

const at = (time: number): void => {
  // Only the clock is set; everything that waits goes on as it does.
  jest.useFakeTimers({ now: time, doNotFake: [...TIMERS] });
};

export function refusalCountsSuite(stores: Stores): void {
  let store: Database;
  let logger: RecordingLogger;
  const makeCounter = (): RefusalCounter => {
    const counter = new RefusalCounter(store, new AuditService(new Settings('development')), logger);
    stores.defer(() => counter.onApplicationShutdown());
    return counter;
  };
  beforeEach(async () => {
    store = await stores.fresh();
    logger = new RecordingLogger();
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const rows = () => store.db.selectFrom('refusal_counts').selectAll().execute();
  const entries = () => store.transaction((tx) => listEntries(tx, { limit: 100 }));

  test('the first refusal of a kind is stored at once, with a digest in place of what was sent', async () => {
    at(PAST);
    const auditId = await makeCounter().count(REFUSAL);
    expect(await rows()).toEqual([
      {
        audit_id: auditId,
        source: '127.0.0.1',
        code: 'signature_invalid',
        minute: Math.floor(PAST / MINUTE_MS),
        count: 1,
        first_at: PAST,
        last_at: PAST,
        sample_digest: `sha-256:${sha256Hex('noise')}`,
        route: '/v1/blog/list_drafts',
      },
    ]);
  });

  test('refusals of one source, code and minute are one count, under one id', async () => {
    at(PRESENT);
    const counter = makeCounter();
    const first = await counter.count(REFUSAL);
    at(PRESENT + 1);
    for (let more = 0; more < 9; more++) expect(await counter.count({ ...REFUSAL, sample: `${more}` })).toBe(first);
    await counter.flush();
    const [row, ...others] = await rows();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ audit_id: first, count: 10, first_at: PRESENT, last_at: PRESENT + 1 });
  });

  test('another source, code or minute is counted apart', async () => {
    at(PAST);
    const counter = makeCounter();
    const ids = [
      await counter.count(REFUSAL),
      await counter.count({ ...REFUSAL, source: '::1' }),
      await counter.count({ ...REFUSAL, code: 'replayed' }),
    ];
    at(PAST + MINUTE_MS);
    ids.push(await counter.count(REFUSAL));
    expect(new Set(ids).size).toBe(4);
  });

  test('more sources than are told apart in a minute are counted together, so that noise cannot fill the disk', async () => {
    at(PRESENT);
    const counter = makeCounter();
    await Promise.all(
      Array.from({ length: 300 }, (_, index) => counter.count({ ...REFUSAL, source: `10.0.0.${index}` })),
    );
    await counter.flush();
    const counted = await rows();
    expect(counted).toHaveLength(257);
    expect(counted.find(({ source }) => source === 'other')?.count).toBe(44);
  });

  test('a count whose minute still runs is shown in the shape of the entry that it will become', async () => {
    at(PRESENT);
    const auditId = await makeCounter().count(REFUSAL);
    const [open] = await store.transaction((tx) => listOpenCounts(tx, 'development', 10));
    expect(open).toMatchObject({ v: 2, auditId, kind: 'noise', code: 'signature_invalid', outcome: 'refused' });
    expect(open).toMatchObject({ environment: 'development', details: { source: '127.0.0.1', count: 1 } });
  });

  test('a minute that is over becomes one entry, under the id that was answered', async () => {
    at(PAST);
    const counter = makeCounter();
    const auditId = await counter.count(REFUSAL);
    await counter.count(REFUSAL);
    jest.useRealTimers();
    await counter.flush();
    expect(await rows()).toEqual([]);
    expect(await entries()).toMatchObject([
      {
        auditId,
        environment: 'development',
        tool: '/v1/blog/list_drafts',
        kind: 'noise',
        outcome: 'refused',
        decision: 'deny',
        code: 'signature_invalid',
        details: {
          source: '127.0.0.1',
          count: 2,
          first: rfc3339(PAST),
          last: rfc3339(PAST),
          sampleDigest: `sha-256:${sha256Hex('noise')}`,
        },
      },
    ]);
  });

  test('a minute that still runs is left open', async () => {
    const counter = makeCounter();
    await store.db
      .insertInto('refusal_counts')
      .values({
        audit_id: 'open',
        source: '::1',
        code: 'replayed',
        minute: Math.floor(Date.now() / MINUTE_MS) + 1,
        count: 3,
        first_at: PAST,
        last_at: PAST,
        sample_digest: 'sha-256:0',
        route: '/v1',
      })
      .execute();
    await counter.closeMinutes();
    expect(await rows()).toHaveLength(1);
    expect(await entries()).toEqual([]);
  });

  test('what another process counted before it ended is closed too', async () => {
    at(PAST);
    const auditId = await makeCounter().count(REFUSAL);
    jest.useRealTimers();
    await makeCounter().closeMinutes();
    expect((await entries()).map((entry) => entry['auditId'])).toEqual([auditId]);
  });

  test('two processes that close the same minute write one entry', async () => {
    at(PAST);
    await makeCounter().count(REFUSAL);
    jest.useRealTimers();
    await Promise.all([makeCounter().closeMinutes(), makeCounter().closeMinutes()]);
    expect(await entries()).toHaveLength(1);
  });

  test('a minute that another process closed before its last refusals were stored loses nothing and blocks nothing', async () => {
    at(PAST);
    const counter = makeCounter();
    await counter.count(REFUSAL);
    await counter.count(REFUSAL);
    jest.useRealTimers();
    await makeCounter().closeMinutes();
    await counter.flush();
    await makeCounter().closeMinutes();
    expect(logger.messages).toEqual([]);
    expect(await rows()).toEqual([]);
    const counts = (await entries()).map((entry) => (entry['details'] as { count: number }).count);
    expect(counts.reduce((sum, each) => sum + each, 0)).toBe(2);
  });

  test('counts that cannot be stored are kept and stored later', async () => {
    at(PRESENT);
    const counter = makeCounter();
    const original = store.transaction.bind(store);
    const failing = jest.spyOn(store, 'transaction').mockRejectedValueOnce(new Error('disk full'));
    await counter.count(REFUSAL);
    expect(logger.messages).toMatchObject([{ level: 'error' }]);
    failing.mockImplementation(original);
    await counter.flush();
    expect(await rows()).toMatchObject([{ count: 1 }]);
  });

  test('what was counted is stored when the process ends', async () => {
    at(PRESENT);
    const counter = makeCounter();
    await counter.count(REFUSAL);
    await counter.count(REFUSAL);
    await counter.onApplicationShutdown();
    expect(await rows()).toMatchObject([{ count: 2 }]);
  });
}
