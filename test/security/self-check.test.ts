import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  CheckAlterations,
  startBackend,
  type BackendOptions,
  type Check,
  type PolicyDecision,
} from '@narrow-deputies/backend-mock';
import { TEST_LOG_KEY } from '../../backend-mock/test/support/log-key.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-self-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const options = (alterations?: CheckAlterations): BackendOptions => ({
  environment: 'development',
  database: join(folder, 'store.sqlite'),
  port: 0,
  consolePort: 0,
  logKey: TEST_LOG_KEY,
  logLevel: 'silent',
  ...(alterations && { alterations }),
});

/** The same list, in which one check looks as before and lets everything through. */
const disarm = (name: string): CheckAlterations => {
  const each = (checks: readonly Check[]): Check[] =>
    checks.map((check) => {
      if (check.name !== name) return check;
      const run = async (call: Parameters<Check['run']>[0]): Promise<undefined> => {
        try {
          await check.run(call);
        } catch {
          // The control is broken: it sees, and says nothing.
        }
      };
      return { ...check, run };
    });
  return new CheckAlterations((checks) => ({
    beforeIdentity: each(checks.beforeIdentity),
    beforeLimits: each(checks.beforeLimits),
    beforeEffects: each(checks.beforeEffects),
    withEffects: each(checks.withEffects),
  }));
};

const CHECKS = [
  'size',
  'media-type',
  'headers',
  'canonical-body',
  'grant',
  'signature',
  'replay',
  'token',
  'limits',
  'arguments',
  'suspension',
  'scope',
  'task',
  'repeated-key',
  'known-plan',
];

describe('the self-check', () => {
  test('a whole pipeline serves, and the check leaves one entry and no other trace [check.self]', async () => {
    const backend = await startBackend(options());
    try {
      const { db } = backend.database;
      const entries = await db.selectFrom('audit_entries').select('entry').execute();
      expect(entries.map((row) => JSON.parse(row.entry) as object)).toMatchObject([
        { tool: 'policy.activate', rules: ['first-start'], details: { policy: 'development' } },
        {
          tool: 'self_check',
          outcome: 'succeeded',
          details: { proved: expect.arrayContaining([...CHECKS, 'decision']) },
        },
      ]);
      for (const table of [
        'people',
        'api_tokens',
        'nonces',
        'limits',
        'idempotency',
        'plans',
        'refusal_counts',
      ] as const) {
        const rows = await db
          .selectFrom(table)
          .select((eb) => eb.fn.countAll().as('count'))
          .executeTakeFirstOrThrow();
        expect([table, Number(rows.count)]).toEqual([table, 0]);
      }
      expect((await fetch(`${backend.backendUrl}/health`)).status).toBe(200);
    } finally {
      await backend.close();
    }
  });

  test.each(CHECKS)(
    'a pipeline whose %s lets everything through does not serve, and says so [check.self, check.twins]',
    async (name) => {
      const started = startBackend(options(disarm(name))).then(async (backend) => {
        await backend.close();
        return 'serves';
      });
      await expect(started).rejects.toThrow(`"${name}" did not deny`);
    },
  );

  test('where a clock an hour ahead keeps it from serving, the clock is named first [check.self-clock]', async () => {
    const real = Date.now;
    const spy = jest.spyOn(Date, 'now').mockImplementation(() => real() + 3_600_000);
    try {
      const message = await startBackend(options()).then(
        async (backend) => backend.close().then(() => 'serves'),
        (error: unknown) => String(error),
      );
      expect(message.split('\n')[1]).toMatch(
        /^- this machine's clock is 3\d{3}\.\d s ahead of the store's: set it right first/,
      );
    } finally {
      spy.mockRestore();
    }
  });

  test('a decision that allows everything does not serve [check.self, policy.binding]', async () => {
    const allowAll = (check: Check): Check => {
      if (check.name !== 'decision') return check;
      const decision: PolicyDecision = {
        decision: 'allow',
        approval: 'none',
        reviewerRoles: [],
        rules: ['broken'],
        reasons: {},
        input: {},
        policyVersion: 'broken',
        risk: { score: 0, level: 'low', parts: [] },
        suspend: false,
        signs: [],
      };
      return { ...check, run: (call) => call.establish({ decision }) };
    };
    const alterations = new CheckAlterations((checks) => ({
      ...checks,
      withEffects: checks.withEffects.map(allowAll),
    }));
    await expect(startBackend(options(alterations))).rejects.toThrow('"decision" did not deny');
  });
});
