import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectCaught, startBrokenLab, type Fault } from '../support/broken.ts';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { NODE, watch } from '../support/processes.ts';

const PLAN = '/v1/blog/plan_publish_draft';
const LOCK = join(import.meta.dirname, '..', 'support', 'lock-child.ts');
/** More than any address may ask for at once. */
const FLOOD = 160;

let folder: string;
let lab: Lab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-public-'));
  lab = await startLab({ databaseUrl: join(folder, 'lab.sqlite') });
}, 60_000);
afterAll(async () => {
  await lab?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function planOn(on: Lab): Promise<string> {
  const { json } = await on.wire.call(PLAN, { filename: 'seen.md', content: draft('Seen', 'Boil *water*.') });
  return `${on.backend.consoleUrl}/plans/${String(json['planId'])}`;
}

/** Looks at what everybody may read while another process holds the store's write lock. */
async function answersBesideWriter(on: Lab, store: string): Promise<void> {
  const page = await planOn(on);
  const child = spawn(NODE, [LOCK, store], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { ended } = watch(child);
  try {
    await once(child.stdout, 'data');
    const cookie = 'deputies=nobodys';
    const answers = await Promise.all([
      fetch(page),
      fetch(page, { headers: { cookie } }),
      fetch(`${page}/article`),
      fetch(`${on.backend.consoleUrl}/sign-in`),
      fetch(`${on.backend.backendUrl}/openapi.json`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  } finally {
    child.stdin.end();
    await ended;
  }
}

const WRITES: Fault = {
  module: 'backend-mock/src/database/database.ts',
  instead: ({ Database }) => ({
    Database: class extends (Database as new (...given: unknown[]) => {
      transaction(work: unknown): Promise<unknown>;
      read(work: unknown): Promise<unknown>;
    }) {
      override read(work: unknown): Promise<unknown> {
        return this.transaction(work);
      }
    },
  }),
};

describe('what everybody may read', () => {
  test('is answered while another process writes [desk.public-reads]', () =>
    answersBesideWriter(lab, join(folder, 'lab.sqlite')));

  test('pages that take the lock are caught [check.twins, desk.public-reads]', async () => {
    const store = join(folder, 'broken.sqlite');
    const broken = await startBrokenLab(WRITES, { databaseUrl: store });
    try {
      await expectCaught(() => answersBesideWriter(broken, store));
    } finally {
      await broken.stop();
    }
  });

  test('is limited for each address, with a cookie that is nobody’s too [desk.public-reads]', async () => {
    const page = await planOn(lab);
    const statuses = await Promise.all(
      Array.from({ length: FLOOD }, async (_, index) => {
        const answer = await fetch(page, { headers: index % 2 === 0 ? {} : { cookie: 'deputies=nobodys' } });
        await answer.arrayBuffer();
        return answer.status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
  });
});
