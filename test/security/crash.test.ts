import { spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { expectCaught } from '../support/broken.ts';
import { bundleProgram } from '../support/bundle.ts';
import type { CrashJob, CrashReport, OpenCommit } from '../support/crash-child.ts';
import { startLab } from '../support/lab.ts';
import { NODE, ROOT, watch } from '../support/processes.ts';
import type { KillPoint } from '../support/sql-hook.ts';

/** At least so many processes are ended by force. */
const KILLS = 100;
const LANES = 2;

let folder: string;
let program: string;
const POLICY = join(ROOT, 'backend-mock', 'policies', 'development.yaml');
let template: Pick<CrashJob, 'store' | 'token' | 'owner'>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-crash-'));
  program = join(folder, 'crash-child.mjs');
  await bundleProgram('crash-child.ts', program);
  const store = join(folder, 'template.sqlite');
  const lab = await startLab({ databaseUrl: store });
  const { keyid, key } = lab.people.owner;
  template = {
    store,
    token: lab.token,
    owner: { keyid, pem: key.export({ type: 'pkcs8', format: 'pem' }).toString() },
  };
  await lab.stop();
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const newStore = async (name: string): Promise<string> => {
  const store = join(folder, `${name}.sqlite`);
  await copyFile(template.store, store);
  return store;
};

interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly planId: string;
  readonly finished: { first: JsonObject; again: JsonObject } | undefined;
  readonly statements: readonly string[];
}

/** Runs one child to its end, which may be its own killing. */
async function run(job: Omit<CrashJob, 'token' | 'owner' | 'policy'>): Promise<Ended> {
  const child = spawn(
    NODE,
    ['--disable-warning=ExperimentalWarning', program, JSON.stringify({ ...template, ...job, policy: POLICY })],
    {
      env: { NODE_COMPILE_CACHE: join(folder, 'cache') },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const { stdout, stderr } = await watch(child).ended;
  if (child.signalCode === null && child.exitCode !== 0) throw new Error(`A child failed by itself: ${stderr}`);
  const lines = stdout.split('\n').filter(Boolean);
  const reports = lines.map((line) => JSON.parse(line) as Partial<Record<string, unknown>> & CrashReport);
  const said = Object.assign({}, ...reports) as Partial<Omit<Ended, 'signal'>> & { planned?: string };
  return {
    signal: child.signalCode,
    planId: said.planned ?? '',
    finished: said.finished,
    statements: said.statements ?? [],
  };
}

/** What a store that nobody has open holds of one commit. */
interface Remains {
  readonly approved: { state: boolean; row: number; entry: number };
  readonly committed: { state: boolean; receipt: boolean; article: number; entry: number; key: number };
  readonly receipt: string | null;
  readonly articleVersion: number | null;
  readonly unfinishedKeys: number;
}

function remains(store: string, filename: string, { planId, idempotencyKey }: OpenCommit): Remains {
  const database = new DatabaseSync(store);
  try {
    const count = (sql: string, ...parameters: string[]): number =>
      Number(database.prepare(`select count(*) as count from ${sql}`).get(...parameters)?.['count']);
    const plan = database.prepare('select state, receipt from plans where id = ?').get(planId);
    const article = database.prepare('select version from articles where filename = ?').get(filename);
    const success = `audit_entries where plan_id = ? and tool = ? and json_extract(entry, '$.outcome') = 'succeeded'
      and json_extract(entry, '$.repeated') = 0`;
    return {
      approved: {
        state: plan?.['state'] !== 'pending_approval',
        row: count('approvals where plan_id = ?', planId),
        entry: count(success, planId, 'people.approve'),
      },
      committed: {
        state: plan?.['state'] === 'committed',
        receipt: plan?.['receipt'] !== null,
        article: count('articles where filename = ?', filename),
        entry: count(success, planId, 'commit_publish_draft'),
        key: count("idempotency where tool = 'commit_publish_draft' and key = ?", idempotencyKey),
      },
      receipt: plan?.['receipt'] === null ? null : String(plan?.['receipt']),
      articleVersion: article === undefined ? null : Number(article['version']),
      unfinishedKeys: count('idempotency where outcome is null'),
    };
  } finally {
    database.close();
  }
}

/** Each step is there whole, or not at all. */
function expectWhole(found: Remains, about: unknown): void {
  const { approved, committed, unfinishedKeys } = found;
  const one = approved.state ? 1 : 0;
  const effect = committed.state ? 1 : 0;
  expect({ about, approved, committed, unfinishedKeys }).toEqual({
    about,
    approved: { state: approved.state, row: one, entry: one },
    committed: { state: committed.state, receipt: committed.state, article: effect, entry: effect, key: effect },
    unfinishedKeys: 0,
  });
  expect(committed.state && !approved.state).toBe(false);
}

/** A commit that was begun, and what it had left behind. */
interface OpenRun {
  readonly commit: OpenCommit;
  readonly filename: string;
  readonly left: Remains;
  readonly about: unknown;
}

/** A store that survives one killing after another; each process first finishes what the one before it left. */
class Lane {
  readonly store: string;
  kills = 0;
  #open: OpenRun | undefined;
  #runs = 0;

  constructor(store: string) {
    this.store = store;
  }

  async kill(point: KillPoint, text: string | undefined): Promise<void> {
    const about = { ...point, text };
    const filename = `article-${(this.#runs += 1)}.md`;
    const idempotencyKey = randomUUID();
    const ended = await this.#run(filename, idempotencyKey, point);
    if (ended.signal === 'SIGKILL') this.kills += 1;
    const commit = { planId: ended.planId, idempotencyKey };
    const left = remains(this.store, filename, commit);
    expectWhole(left, about);
    this.#open = { commit, filename, left, about };
  }

  /** Finishes the last commit and ends by itself. */
  async end(): Promise<void> {
    await this.#run('last.md', randomUUID(), undefined);
    const database = new DatabaseSync(this.store);
    expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  }

  async #run(filename: string, idempotencyKey: string, point: KillPoint | undefined): Promise<Ended> {
    const finish = this.#open?.commit;
    const ended = await run({ store: this.store, finish, filename, idempotencyKey, point, withoutTransactions: false });
    if (this.#open) this.#expectFinished(this.#open, ended.finished);
    return ended;
  }

  #expectFinished(open: OpenRun, finished: Ended['finished']): void {
    const now = remains(this.store, open.filename, open.commit);
    expectWhole(now, open.about);
    expect({ about: open.about, state: now.committed.state, version: now.articleVersion }).toEqual({
      about: open.about,
      state: true,
      version: 1,
    });
    // What was answered after the crash is what happened before it, if it had happened.
    expect(finished?.first['repeated']).toBe(open.left.committed.state);
    expect(finished?.first['receipt']).toEqual(JSON.parse(now.receipt ?? ''));
    expect(finished?.again).toEqual({ receipt: finished?.first['receipt'], repeated: true });
    if (open.left.receipt !== null) expect(now.receipt).toBe(open.left.receipt);
  }
}

const shuffled = <T>(values: readonly T[]): T[] => {
  const left = [...values];
  return values.map(() => left.splice(randomInt(left.length), 1)[0]).filter((value) => value !== undefined);
};

/** Every place between two statements before any of them twice, in random order. */
function* randomPoints(statements: number): Generator<KillPoint> {
  const all = Array.from({ length: statements }, (_, index) => index + 1).flatMap((statement) => [
    { statement, side: 'before' as const },
    { statement, side: 'after' as const },
  ]);
  for (;;) yield* shuffled(all);
}

const statementsOf = async (store: string): Promise<readonly string[]> => {
  const common = { finish: undefined, point: undefined, withoutTransactions: false };
  return (await run({ store, filename: 'counted.md', idempotencyKey: randomUUID(), ...common })).statements;
};

describe('kill -9 of the backend while it approves and commits', () => {
  test('leaves no effect or one effect with one receipt and one entry, and a retry completes it exactly once [store.crash, law.record-before-effect]', async () => {
    const statements = await statementsOf(await newStore('counted'));
    expect(statements.length).toBeGreaterThan(30);
    const points = randomPoints(statements.length);
    let left = KILLS;
    const lanes = await Promise.all(Array.from({ length: LANES }, (_, index) => newStore(`lane-${index}`)));
    const kills = await Promise.all(
      lanes.map(async (store) => {
        const lane = new Lane(store);
        while (left > 0) {
          left -= 1;
          const point = points.next().value as KillPoint;
          await lane.kill(point, statements[point.statement - 1]);
        }
        await lane.end();
        return lane.kills;
      }),
    );
    expect(kills.reduce((sum, count) => sum + count, 0)).toBe(KILLS);
  }, 170_000);

  test('a commit without its transaction is caught [check.twins, store.crash]', async () => {
    const statements = await statementsOf(await newStore('counted-again'));
    const statement = statements.findIndex((text) => text.startsWith('insert into "articles"')) + 1;
    expect(statement).toBeGreaterThan(0);
    const store = await newStore('broken');
    const point: KillPoint = { statement, side: 'after' };
    const idempotencyKey = randomUUID();
    const common = { finish: undefined, filename: 'broken.md', withoutTransactions: true };
    const { signal, planId } = await run({ store, idempotencyKey, point, ...common });
    expect(signal).toBe('SIGKILL');
    await expectCaught(() => expectWhole(remains(store, 'broken.md', { planId, idempotencyKey }), point));
  }, 30_000);
});
